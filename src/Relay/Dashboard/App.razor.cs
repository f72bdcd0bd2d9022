using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Relay.Admin.Security;

namespace Relay.Dashboard;

/// <summary>The document around the dashboard. It is made from the request, so that it knows who asks; what is in it is live.</summary>
public sealed partial class App
{
    /// <summary>Not rendered beforehand: it would all be done twice, and nothing here is for search engines.</summary>
    private static readonly InteractiveServerRenderMode Mode = new(prerender: false);

    private string _who = "";
    private bool _mayChange;
    private bool _canLogOut;

    [CascadingParameter]
    private HttpContext? Request { get; set; }

    protected override void OnInitialized()
    {
        if (Request is { } request)
        {
            var caller = Caller.Of(request);
            (_who, _mayChange, _canLogOut) = (caller.ToString(), caller.MayChange, caller.HasSession);
        }
    }
}
