namespace Relay.Core.Spool;

/// <summary>Whether the spool takes messages, as far as is known; free to ask.</summary>
/// <param name="WhyFull">A limit is reached: what is in it is safe, and no new mail is taken.</param>
/// <param name="WhyBroken">It does not work at present.</param>
internal sealed record SpoolCondition(string? WhyFull, string? WhyBroken)
{
    public static readonly SpoolCondition Good = new(null, null);

    public bool IsWritable => WhyBroken is null;
}
