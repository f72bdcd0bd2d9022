using Microsoft.AspNetCore.Components;
using Relay.Admin;
using Relay.Core.Upstreams;
using Relay.Live;

namespace Relay.Dashboard.Overview;

/// <summary>What is wrong now, before anything else on the page; nothing while all is well.</summary>
public sealed partial class Attention
{
    /// <summary>More would push the figures off the screen; the table below shows all.</summary>
    private const int MostUpstreams = 4;

    private IReadOnlyList<Matter> _matters = [];

    [Inject]
    private TrafficSampler Sampler { get; set; } = default!;

    [Inject]
    private Readiness Readiness { get; set; } = default!;

    protected override void Read()
    {
        var figures = Sampler.Current;
        List<Matter> matters = [];
        if (Readiness.WhyNot is { } reason)
        {
            matters.Add(new Matter("bad", "No mail is accepted safely:", reason));
        }
        else if (figures.Queue.Trouble is { } trouble)
        {
            matters.Add(new Matter("bad", "The spool takes nothing:", trouble));
        }

        AddUpstreams(matters, figures.Upstreams);
        if (figures.Queue.Held > 0)
        {
            matters.Add(
                new Matter(
                    "warn",
                    $"{figures.Queue.Held} held in the queue.",
                    "They wait for somebody to decide.",
                    "/queue?state=held",
                    "Look at them"
                )
            );
        }

        if (figures.Queue.Uncertain > 0)
        {
            matters.Add(
                new Matter(
                    "warn",
                    $"{figures.Queue.Uncertain} uncertain.",
                    "A server did not answer the final dot: they may have been delivered.",
                    "/queue?state=uncertain",
                    "Look at them"
                )
            );
        }

        _matters = matters;
    }

    private static void AddUpstreams(List<Matter> matters, IReadOnlyList<UpstreamFigures> upstreams)
    {
        var unwell = upstreams.Where(static upstream => ToneOf(upstream.State) is not null).ToList();
        matters.AddRange(
            unwell
                .Take(MostUpstreams)
                .Select(static upstream => new Matter(
                    ToneOf(upstream.State)!,
                    $"{upstream.Group}/{upstream.Name} is {upstream.State}:",
                    upstream.Reason,
                    $"/upstreams/{Uri.EscapeDataString(upstream.Group)}/{Uri.EscapeDataString(upstream.Name)}",
                    "Details"
                ))
        );
        if (unwell.Count > MostUpstreams)
        {
            matters.Add(
                new Matter("warn", $"{unwell.Count - MostUpstreams} more upstreams", "are not healthy.", "/upstreams", "All upstreams")
            );
        }
    }

    private static string? ToneOf(string state) =>
        state switch
        {
            UpstreamStatus.Unhealthy or UpstreamStatus.Ejected => "bad",
            UpstreamStatus.Throttled or UpstreamStatus.Draining or UpstreamStatus.Maintenance => "warn",
            _ => null,
        };

    private sealed record Matter(string Tone, string Title, string Text, string? Href = null, string Link = "");
}
