using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;
using Relay.Core.Configuration;

namespace Relay.Dashboard.Layout;

/// <summary>The frame of all pages: bar, navigation, theme. It shows itself when the browser has told whether it is to be dark, so that it does not flash.</summary>
public sealed partial class MainLayout : IDisposable
{
    private readonly MudTheme _theme = RelayTheme.Create();
    private ErrorBoundary? _boundary;
    private bool _isReady;
    private bool _isOpen = true;

    [Inject]
    private BrowserLink Browser { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private RelayOptions Options { get; set; } = default!;

    [CascadingParameter]
    private Viewer Viewer { get; set; } = default!;

    public void Dispose() => Browser.Changed -= Render;

    protected override void OnInitialized() => Browser.Changed += Render;

    protected override void OnParametersSet() => _boundary?.Recover();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _isReady = await Browser.TryConnectAsync();
            StateHasChanged();
        }
    }

    private void Render() => _ = InvokeAsync(StateHasChanged);
}
