using Microsoft.AspNetCore.Components;
using Relay.Core.Messages;
using Relay.Dashboard.Components;
using Relay.Trails;
using TrailPage = Relay.Trails.MessagePage;

namespace Relay.Dashboard.Trail;

/// <summary>Finds recent messages.</summary>
public sealed partial class MessageBrowser
{
    private const int PageSize = 50;

    private readonly Stack<MessageId?> _before = new();
    private TrailPage? _page;
    private MessageId? _after;
    private string _search = "";
    private string _status = "";
    private string _upstream = "";

    [Parameter]
    public string Search { get; set; } = "";

    [Parameter]
    public string Status { get; set; } = "";

    [Parameter]
    public string Upstream { get; set; } = "";

    [Inject]
    private MessageFinder Finder { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private ListenerAddress Address { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private bool IsFiltered => Search.Length + Status.Length + Upstream.Length > 0;

    protected override Task OnParametersSetAsync()
    {
        (_search, _status, _upstream) = (Search, Status, Upstream);
        _before.Clear();
        return LoadAsync(null);
    }

    private async Task LoadAsync(MessageId? after)
    {
        _after = after;
        var search = new MessageSearch
        {
            Text = NullIfEmpty(Search),
            Status = NullIfEmpty(Status),
            Upstream = NullIfEmpty(Upstream),
        };
        using var deadline = Deadline.Start(Time);
        _page = await Finder.FindAsync(search, after, PageSize, deadline.Token);
    }

    private void Apply() =>
        Navigation.NavigateTo(
            Navigation.GetUriWithQueryParameters(
                new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["search"] = NullIfEmpty(_search.Trim()),
                    ["status"] = NullIfEmpty(_status),
                    ["upstream"] = NullIfEmpty(_upstream.Trim()),
                }
            )
        );

    private Task ForwardAsync()
    {
        _before.Push(_after);
        return LoadAsync(MessageId.TryParse(_page?.Next ?? "", out var next) ? next : null);
    }

    private Task BackAsync() => LoadAsync(_before.Pop());

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
