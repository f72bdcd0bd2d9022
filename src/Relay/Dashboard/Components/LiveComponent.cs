using Microsoft.AspNetCore.Components;
using Relay.Live;

namespace Relay.Dashboard.Components;

/// <summary>A part of a page that shows what changes by itself: read again at most once a second, and only while the page is seen.</summary>
public abstract class LiveComponent : ComponentBase, IDisposable
{
    private bool _isBusy;
    private bool _isDisposed;

    [Inject]
    private TrafficSampler Sampler { get; set; } = default!;

    [Inject]
    private BrowserLink Browser { get; set; } = default!;

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads what is shown, where that takes no time.</summary>
    protected virtual void Read() { }

    /// <summary>Reads what is shown.</summary>
    protected virtual Task ReadAsync()
    {
        Read();
        return Task.CompletedTask;
    }

    protected override async Task OnInitializedAsync()
    {
        Sampler.Changed += OnSecond;
        Browser.Changed += Notice;
        await ReadAsync();
    }

    protected virtual void Dispose(bool isDisposing)
    {
        _isDisposed = true;
        Sampler.Changed -= OnSecond;
        Browser.Changed -= Notice;
    }

    /// <summary>Reads again at once, after something was changed from here.</summary>
    protected async Task RefreshAsync()
    {
        if (_isBusy || _isDisposed)
        {
            return; // the last reading is not over: a slow spool must not be asked twice
        }

        _isBusy = true;
        try
        {
            await ReadAsync();
            StateHasChanged();
        }
        catch (Exception failure)
        {
            await DispatchExceptionAsync(failure);
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void OnSecond(LiveFigures figures) => Notice();

    private void Notice()
    {
        if (Browser.IsVisible && !_isDisposed)
        {
            _ = InvokeAsync(RefreshAsync);
        }
    }
}
