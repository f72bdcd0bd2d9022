using Microsoft.AspNetCore.Components;
using Relay.Core.Upstreams;
using Relay.Dashboard.Components;

namespace Relay.Dashboard.Upstreams;

/// <summary>What can be done with an upstream by hand.</summary>
public sealed partial class UpstreamButtons
{
    [Parameter, EditorRequired]
    public string Group { get; set; } = "";

    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    [Parameter, EditorRequired]
    public string State { get; set; } = "";

    [Parameter]
    public int Weight { get; set; } = 1;

    /// <summary>All of them, not only the most frequent.</summary>
    [Parameter]
    public bool IsComplete { get; set; }

    [Parameter]
    public EventCallback OnDone { get; set; }

    [CascadingParameter]
    private Viewer Viewer { get; set; } = default!;

    [Inject]
    private UpstreamSteering Steering { get; set; } = default!;

    [Inject]
    private Asking Asking { get; set; } = default!;

    [Inject]
    private Notices Notices { get; set; } = default!;

    private Task DrainAsync() => TellAsync(Steering.Drain(Viewer, Group, Name), $"{Group}/{Name} is drained: it gets no new mail.");

    private Task ResumeAsync() => TellAsync(Steering.Resume(Viewer, Group, Name), $"{Group}/{Name} gets mail again.");

    private async Task EjectAsync()
    {
        const string meaning =
            "It gets no mail for a while, as if it had failed, and is tried again then. To keep it out for good, drain it.";
        if (await Asking.ConfirmAsync($"Eject {Group}/{Name}?", meaning, "Eject"))
        {
            await TellAsync(Steering.Eject(Viewer, Group, Name), $"{Group}/{Name} is ejected.");
        }
    }

    private async Task WeighAsync()
    {
        var chosen = await Asking.ChooseNumberAsync(
            $"Weight of {Group}/{Name}",
            "Weight instead of the configured one",
            Weight,
            UpstreamServer.LeastWeight,
            UpstreamServer.MostWeight
        );
        if (chosen is { } weight)
        {
            await TellAsync(Steering.SetWeight(Viewer, Group, Name, weight), $"{Group}/{Name} has the weight {weight}.");
        }
    }

    private Task TellAsync(string? trouble, string done)
    {
        Notices.Tell(trouble, done);
        return OnDone.InvokeAsync();
    }
}
