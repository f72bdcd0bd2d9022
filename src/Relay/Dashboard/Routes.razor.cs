using Microsoft.AspNetCore.Components;

namespace Relay.Dashboard;

/// <summary>The live part of the document: finds the page of an address, and tells all of them who looks.</summary>
public sealed partial class Routes
{
    private Viewer _viewer = new("", MayChange: false, CanLogOut: false);

    /// <summary>For the audit log. The parameters come from the server by way of the browser, which cannot change them: they are sealed.</summary>
    [Parameter]
    public string Who { get; set; } = "";

    [Parameter]
    public bool MayChange { get; set; }

    [Parameter]
    public bool CanLogOut { get; set; }

    protected override void OnInitialized() => _viewer = new Viewer(Who, MayChange, CanLogOut);
}
