using MudBlazor;

namespace Relay.Dashboard.Components;

/// <summary>Tells whoever did something what came of it.</summary>
public sealed class Notices(ISnackbar snackbar)
{
    /// <param name="trouble">Why it did not work; null when it did.</param>
    /// <param name="done">What was done.</param>
    public void Tell(string? trouble, string done) => snackbar.Add(trouble ?? done, trouble is null ? Severity.Success : Severity.Error);
}
