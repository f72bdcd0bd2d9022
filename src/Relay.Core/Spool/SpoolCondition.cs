using Relay.Core.Configuration;

namespace Relay.Core.Spool;

/// <summary>Whether the spool takes messages, as far as is known; free to ask.</summary>
/// <param name="WhyFull">A limit is reached: what is in it is safe, and no new mail is taken.</param>
/// <param name="WhyBroken">It does not work at present.</param>
internal sealed record SpoolCondition(string? WhyFull, string? WhyBroken)
{
    public static readonly SpoolCondition Good = new(null, null);

    public bool IsWritable => WhyBroken is null;

    /// <summary>How messages can be accepted at present.</summary>
    /// <param name="wanted">As it is configured.</param>
    /// <param name="nobodyWaits">There is no client to be told of a quick end: the message is stored before anybody is asked.</param>
    public AcceptMode Effective(AcceptMode wanted, bool nobodyWaits) =>
        wanted != AcceptMode.Hybrid ? wanted
        : !IsWritable ? AcceptMode.Proxy
        : nobodyWaits ? AcceptMode.Queue
        : AcceptMode.Hybrid;
}
