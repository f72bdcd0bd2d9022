using Microsoft.JSInterop;

namespace Relay.Dashboard;

/// <summary>What the page's browser tells: whether anybody sees it, and whether its system likes it dark. One for each open page.</summary>
public sealed class BrowserLink(IJSRuntime script) : IAsyncDisposable
{
    private DotNetObjectReference<BrowserLink>? _self;
    private IJSObjectReference? _module;

    /// <summary>One of the two, or the preference, has changed.</summary>
    public event Action? Changed;

    /// <summary>False while another tab covers it: nothing need be rendered then.</summary>
    public bool IsVisible { get; private set; } = true;

    public bool IsSystemDark { get; private set; }

    public ThemePreference Preference { get; private set; }

    public bool IsDark => Preference == ThemePreference.Dark || (Preference == ThemePreference.System && IsSystemDark);

    /// <summary>False when the browser has gone meanwhile.</summary>
    public async Task<bool> TryConnectAsync()
    {
        try
        {
            await ConnectAsync();
            return true;
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            return false;
        }
    }

    public async Task PreferAsync(ThemePreference preference)
    {
        Preference = preference;
        Changed?.Invoke();
        await PaintAsync();
        if (_module is not null)
        {
            await _module.InvokeVoidAsync("keep", preference.ToString());
        }
    }

    [JSInvokable]
    public async Task Tell(bool isVisible, bool isSystemDark)
    {
        (IsVisible, IsSystemDark) = (isVisible, isSystemDark);
        Changed?.Invoke();
        await PaintAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _self?.Dispose();
        try
        {
            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone first, as it does when a tab is closed.
        }
    }

    private async Task ConnectAsync()
    {
        _self = DotNetObjectReference.Create(this);
        _module = await script.InvokeAsync<IJSObjectReference>("import", "/assets/relay.js");
        var first = await _module.InvokeAsync<FirstWord>("connect", _self);
        Preference = Enum.TryParse<ThemePreference>(first.Preference, ignoreCase: true, out var kept) ? kept : ThemePreference.System;
        (IsSystemDark, IsVisible) = (first.IsDark, first.IsVisible);
        await PaintAsync();
    }

    private async Task PaintAsync()
    {
        if (_module is not null)
        {
            await _module.InvokeVoidAsync("paint", IsDark);
        }
    }

    private sealed record FirstWord(string? Preference, bool IsDark, bool IsVisible);
}
