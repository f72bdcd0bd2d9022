using Microsoft.AspNetCore.Components;
using Relay.Admin;

namespace Relay.Dashboard.Layout;

/// <summary>What a balancer in front is told: whether mail can be accepted safely.</summary>
public sealed partial class ReadinessBadge
{
    private string? _whyNot;

    [Inject]
    private Readiness Readiness { get; set; } = default!;

    protected override void Read() => _whyNot = Readiness.WhyNot;
}
