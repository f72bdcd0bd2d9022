using Microsoft.AspNetCore.Components;
using Relay.Admin.Queue;
using Relay.Core.Spool;
using Relay.Core.Upstreams;
using Relay.Dashboard.Components;

namespace Relay.Dashboard.Queue;

/// <summary>Finds rows of the spool and does something with those that are chosen, or with all that a search finds.</summary>
public sealed partial class QueueBrowser
{
    private const int PageSize = 50;

    private static readonly IReadOnlyList<QueueVerb> Verbs = QueueVerb.All;
    private static readonly IReadOnlyList<string> StateWords = QueueStates.All.Split(", ");

    private readonly HashSet<long> _chosen = [];
    private readonly Stack<long> _before = new();
    private IReadOnlyList<QueueItem> _rows = [];
    private string _state = "";
    private string _sender = "";
    private string _recipient = "";
    private string _group = "";
    private bool _isAllMeant;
    private bool _isBusy;
    private long _after;
    private long? _next;
    private string? _trouble;

    [Parameter]
    public string State { get; set; } = "";

    [Parameter]
    public string Sender { get; set; } = "";

    [Parameter]
    public string Recipient { get; set; } = "";

    [Parameter]
    public string Group { get; set; } = "";

    [CascadingParameter]
    private Viewer Viewer { get; set; } = default!;

    [Inject]
    private IMessageSpool Spool { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private TopologyManager Topology { get; set; } = default!;

    [Inject]
    private QueueSteering Steering { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private Asking Asking { get; set; } = default!;

    [Inject]
    private Notices Notices { get; set; } = default!;

    /// <summary>As the address of the page says: what is typed counts when it is applied.</summary>
    private QueueSelection Selection => new(State, Sender, Recipient, Group);

    private bool IsFiltered => !Selection.IsEmpty;

    private bool IsFilterMeant => _isAllMeant && _rows.Count > 0;

    private bool CanAct => Viewer.MayChange && !_isBusy && (IsFilterMeant || _chosen.Count > 0);

    private IReadOnlyList<string> Groups =>
        [.. Topology.Current.Groups.Values.Select(static group => group.Name).Order(StringComparer.OrdinalIgnoreCase)];

    private string Meant =>
        IsFilterMeant ? (IsFiltered ? "All that the search finds" : "The whole queue")
        : _chosen.Count == 0 ? "Choose deliveries"
        : $"{_chosen.Count} chosen";

    protected override Task OnParametersSetAsync()
    {
        (_state, _sender, _recipient, _group) = (State, Sender, Recipient, Group);
        _before.Clear();
        return LoadAsync(0);
    }

    private async Task LoadAsync(long after)
    {
        (_after, _next, _trouble, _isAllMeant) = (after, null, null, false);
        _chosen.Clear();
        if (!Selection.TryRead(after, out var filter, out var why))
        {
            (_rows, _trouble) = ([], why);
            return;
        }

        try
        {
            using var deadline = Deadline.Start(Time);
            var rows = await Spool.ListAsync(filter, PageSize + 1, deadline.Token);
            _rows = [.. rows.Take(PageSize).Select(QueueItem.Of)];
            _next = rows.Count > PageSize ? _rows[^1].Row : null;
        }
        catch (SpoolUnavailableException failure)
        {
            (_rows, _trouble) = ([], $"The spool does not answer: {failure.Message}");
        }
        catch (OperationCanceledException)
        {
            (_rows, _trouble) = ([], "The spool does not answer in time.");
        }
    }

    private void Apply() =>
        Navigation.NavigateTo(
            Navigation.GetUriWithQueryParameters(
                new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["state"] = NullIfEmpty(_state),
                    ["sender"] = NullIfEmpty(_sender.Trim()),
                    ["recipient"] = NullIfEmpty(_recipient.Trim()),
                    ["group"] = NullIfEmpty(_group),
                }
            )
        );

    private void Clear()
    {
        (_state, _sender, _recipient, _group) = ("", "", "", "");
        Apply();
    }

    private Task ForwardAsync()
    {
        _before.Push(_after);
        return LoadAsync(_next ?? 0);
    }

    private Task BackAsync() => LoadAsync(_before.Pop());

    private void Toggle(long row)
    {
        _isAllMeant = false;
        if (!_chosen.Remove(row))
        {
            _chosen.Add(row);
        }
    }

    private void ChooseAll(ChangeEventArgs change)
    {
        _isAllMeant = false;
        _chosen.Clear();
        if (change.Value is true)
        {
            _chosen.UnionWith(_rows.Select(static row => row.Row));
        }
    }

    private async Task ActAsync(QueueVerb verb)
    {
        var what =
            IsFilterMeant ? Meant.ToLowerInvariant()
            : _chosen.Count == 1 ? "the chosen delivery"
            : $"{_chosen.Count} chosen deliveries";
        string? group = null;
        if (verb == QueueVerb.Move)
        {
            group = await Asking.ChooseGroupAsync(
                "Move to another group",
                $"They are tried at once by the servers of that group: {what}.",
                "Move",
                Groups
            );
            if (group is null)
            {
                return;
            }
        }
        else if (!await Asking.ConfirmAsync($"{Word(verb)} {what}?", QueueWords.Meaning(verb), Word(verb)))
        {
            return;
        }

        _isBusy = true;
        var (changed, trouble) = IsFilterMeant
            ? await Steering.ChangeAllAsync(Viewer, Selection, verb, group)
            : await Steering.ChangeAsync(
                Viewer,
                [.. _rows.Where(row => _chosen.Contains(row.Row)).Select(static row => row.Id).Distinct(StringComparer.Ordinal)],
                verb,
                group
            );
        _isBusy = false;
        Notices.Tell(trouble, $"{changed} {verb.Done}.");
        await LoadAsync(_after);
    }

    private static string Word(QueueVerb verb) => QueueWords.Capital(verb.Name);

    private static string Recipients(QueueItem row) =>
        row.Recipients.Count <= 2 ? string.Join(", ", row.Recipients) : $"{row.Recipients[0]} and {row.Recipients.Count - 1} more";

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
