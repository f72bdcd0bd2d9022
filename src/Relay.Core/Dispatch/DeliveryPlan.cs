using Relay.Core.Configuration;

namespace Relay.Core.Dispatch;

/// <summary>Where a message may go: its recipients by group.</summary>
/// <param name="Groups">At least one, unless no route takes any recipient.</param>
/// <param name="Unroutable">Indexes of recipients that no route takes.</param>
/// <param name="Terms">How long and how often upstreams are tried.</param>
internal sealed record DeliveryPlan(IReadOnlyList<GroupPlan> Groups, IReadOnlyList<int> Unroutable, DeliveryOptions Terms);
