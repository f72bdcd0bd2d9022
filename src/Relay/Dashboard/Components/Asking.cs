using MudBlazor;

namespace Relay.Dashboard.Components;

/// <summary>Asks before something is done that cannot be taken back, or needs a word more.</summary>
public sealed class Asking(IDialogService dialogs)
{
    private static readonly DialogOptions Options = new()
    {
        MaxWidth = MaxWidth.ExtraSmall,
        FullWidth = true,
        CloseOnEscapeKey = true,
    };

    /// <param name="title">The question.</param>
    /// <param name="text">What it means.</param>
    /// <param name="yes">The word on the button.</param>
    public async Task<bool> ConfirmAsync(string title, string text, string yes)
    {
        var parameters = new DialogParameters<ConfirmDialog> { { dialog => dialog.Text, text }, { dialog => dialog.Yes, yes } };
        var reference = await dialogs.ShowAsync<ConfirmDialog>(title, parameters, Options);
        return await reference.Result is { Canceled: false };
    }

    /// <summary>The group that was chosen; null when none was.</summary>
    public async Task<string?> ChooseGroupAsync(string title, string text, string yes, IReadOnlyList<string> groups)
    {
        var parameters = new DialogParameters<GroupDialog>
        {
            { dialog => dialog.Text, text },
            { dialog => dialog.Yes, yes },
            { dialog => dialog.Groups, groups },
        };
        var reference = await dialogs.ShowAsync<GroupDialog>(title, parameters, Options);
        return await reference.Result is { Canceled: false, Data: string group } ? group : null;
    }

    /// <summary>A whole number within bounds; null when none was given.</summary>
    public async Task<int?> ChooseNumberAsync(string title, string label, int number, int least, int most)
    {
        var parameters = new DialogParameters<NumberDialog>
        {
            { dialog => dialog.Label, label },
            { dialog => dialog.Number, number },
            { dialog => dialog.Least, least },
            { dialog => dialog.Most, most },
        };
        var reference = await dialogs.ShowAsync<NumberDialog>(title, parameters, Options);
        return await reference.Result is { Canceled: false, Data: int chosen } ? chosen : null;
    }
}
