using Microsoft.AspNetCore.Components;
using Relay.Admin;
using Relay.Reloading;

namespace Relay.Dashboard.Settings;

/// <summary>The running configuration, key by key.</summary>
public sealed partial class SettingList
{
    /// <summary>More than anybody reads; a search finds the rest.</summary>
    private const int Most = 500;

    private IReadOnlyList<EffectiveSetting> _settings = [];
    private string _search = "";
    private bool _withDefaults;
    private bool _isBusy;
    private ReloadResult? _outcome;

    [CascadingParameter]
    private Viewer Viewer { get; set; } = default!;

    [Inject]
    private EffectiveSettings Settings { get; set; } = default!;

    [Inject]
    private ConfigurationReloader Reloader { get; set; } = default!;

    [Inject]
    private OperatorLog Log { get; set; } = default!;

    private IReadOnlyList<EffectiveSetting> Shown =>
        [
            .. _settings
                .Where(setting => _withDefaults || setting.Source != "default")
                .Where(setting => _search.Length == 0 || Has(setting.Key) || Has(setting.Value))
                .Take(Most),
        ];

    protected override void OnInitialized() => _settings = Settings.All();

    private bool Has(string? text) => text?.Contains(_search, StringComparison.OrdinalIgnoreCase) ?? false;

    private void Search(ChangeEventArgs change) => _search = change.Value?.ToString()?.Trim() ?? "";

    private async Task ReloadAsync()
    {
        if (Viewer.WhyNot is not null)
        {
            return;
        }

        _isBusy = true;
        var result = await Task.Run(() => Reloader.Reload($"asked for by {Viewer.Who}")); // files are read
        Log.Did(Viewer.Who, "config.reload", Settings.File ?? "", result.Applied ? $"revision {result.Revision}" : "refused");
        (_outcome, _settings, _isBusy) = (result, Settings.All(), false);
    }

    private static IReadOnlyList<string> Lines(ReloadResult outcome) =>
        outcome.Applied
            ? [.. outcome.Changes.Select(static change => $"{change}")]
            : [.. outcome.Errors.Select(static error => $"{error}")];

    private static string ValueOf(EffectiveSetting setting) =>
        setting switch
        {
            { IsSet: false } => "not set",
            { IsSecret: true } => "••••••",
            _ => setting.Value ?? "",
        };
}
