namespace Relay.Dashboard;

/// <summary>Who has the page open.</summary>
/// <param name="Who">As the audit log writes it.</param>
/// <param name="MayChange">False with a token that may only read.</param>
/// <param name="CanLogOut">Whether it was a token that let them in.</param>
public sealed record Viewer(string Who, bool MayChange, bool CanLogOut)
{
    /// <summary>Asked by everything that changes anything: a button that is shown as disabled can be pressed all the same.</summary>
    public string? WhyNot => MayChange ? null : "The token you logged in with may only read.";
}
