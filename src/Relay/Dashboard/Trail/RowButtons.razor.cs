using Microsoft.AspNetCore.Components;
using Relay.Admin.Queue;
using Relay.Core.Upstreams;
using Relay.Dashboard.Components;
using Relay.Dashboard.Queue;

namespace Relay.Dashboard.Trail;

/// <summary>What can be done with a message that is in the queue.</summary>
public sealed partial class RowButtons
{
    [Parameter, EditorRequired]
    public string Id { get; set; } = "";

    /// <summary>Of its rows.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<string> States { get; set; } = [];

    [Parameter]
    public EventCallback OnDone { get; set; }

    [CascadingParameter]
    private Viewer Viewer { get; set; } = default!;

    [Inject]
    private QueueSteering Steering { get; set; } = default!;

    [Inject]
    private TopologyManager Topology { get; set; } = default!;

    [Inject]
    private Asking Asking { get; set; } = default!;

    [Inject]
    private Notices Notices { get; set; } = default!;

    private IEnumerable<QueueVerb> Verbs => QueueVerb.All.Where(verb => States.Any(state => AppliesTo(verb, state)));

    private static bool AppliesTo(QueueVerb verb, string state) =>
        QueueStates.TryParse(state, out var parsed) && verb.Action("", default).AppliesTo(parsed);

    private async Task ActAsync(QueueVerb verb)
    {
        string? group = null;
        if (verb == QueueVerb.Move)
        {
            string[] groups =
            [
                .. Topology.Current.Groups.Values.Select(static known => known.Name).Order(StringComparer.OrdinalIgnoreCase),
            ];
            group = await Asking.ChooseGroupAsync(
                "Move to another group",
                "It is tried at once by the servers of that group.",
                "Move",
                groups
            );
            if (group is null)
            {
                return;
            }
        }
        else if (verb == QueueVerb.Delete && !await Asking.ConfirmAsync("Delete this message?", QueueWords.Meaning(verb), "Delete"))
        {
            return;
        }

        var (changed, trouble) = await Steering.ChangeAsync(Viewer, [Id], verb, group);
        Notices.Tell(trouble, $"{changed} {verb.Done}.");
        await OnDone.InvokeAsync();
    }
}
