using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Relay.Core.Configuration.Reloading;
using Relay.Reloading;

namespace Relay.Dashboard.Settings;

/// <summary>Shows what a changed configuration would do, with all errors at once, or with the differences.</summary>
public sealed partial class DryRun
{
    /// <summary>In characters. A configuration with a thousand servers has a quarter of that.</summary>
    private const int MostText = 500_000;

    private string _text = "";
    private bool _isBusy;
    private string? _trouble;
    private CheckResult? _result;

    [CascadingParameter]
    private Viewer Viewer { get; set; } = default!;

    [Inject]
    private ConfigurationCheck Checker { get; set; } = default!;

    [Inject]
    private EffectiveSettings Settings { get; set; } = default!;

    private async Task CheckAsync()
    {
        if (string.IsNullOrWhiteSpace(_text))
        {
            (_result, _trouble) = (null, "There is nothing to check: paste a configuration first.");
            return;
        }

        _isBusy = true;
        var result = await Task.Run(() => Checker.Check(_text, readsFiles: Viewer.MayChange)); // certificates and the like are read
        (_result, _trouble, _isBusy) = (result, result is null ? "This Relay cannot read a configuration again." : null, false);
    }

    /// <summary>Only for those who may change it: secrets may stand in the file itself.</summary>
    private async Task LoadAsync()
    {
        if (Viewer.WhyNot is not null || Settings.File is not { } file)
        {
            return;
        }

        try
        {
            (_text, _result, _trouble) = (await File.ReadAllTextAsync(file), null, null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _trouble = $"The file cannot be read: {failure.Message}";
        }
    }

    private async Task TakeAsync(InputFileChangeEventArgs chosen)
    {
        try
        {
            await using var stream = chosen.File.OpenReadStream(MostText);
            using var reader = new StreamReader(stream);
            _text = await reader.ReadToEndAsync();
            await CheckAsync();
        }
        catch (IOException)
        {
            (_result, _trouble) = (null, $"The file is too large: at most {MostText} bytes.");
        }
    }

    private static string Word(ConfigurationChangeKind kind) =>
        kind switch
        {
            ConfigurationChangeKind.Added => "new",
            ConfigurationChangeKind.Removed => "gone",
            _ => "",
        };

    private static string Nothing(CheckedChange change, bool isBefore) =>
        change.Kind switch
        {
            ConfigurationChangeKind.Added => isBefore ? "–" : "new",
            ConfigurationChangeKind.Removed => isBefore ? "there" : "–",
            _ => change.Before is null && change.After is null ? "secret" : "not set",
        };
}
