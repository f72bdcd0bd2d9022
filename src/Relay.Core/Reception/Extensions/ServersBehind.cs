namespace Relay.Core.Reception.Extensions;

/// <summary>What the servers behind can carry as far as is known; asked at each EHLO, so neither may wait.</summary>
/// <param name="CarryEightBitMime">False when every one of them is known to lack 8BITMIME.</param>
/// <param name="CarrySmtpUtf8">False when every one of them is known to lack SMTPUTF8.</param>
/// <param name="CarryRequireTls">True when one of them is known to offer REQUIRETLS.</param>
internal sealed record ServersBehind(Func<bool> CarryEightBitMime, Func<bool> CarrySmtpUtf8, Func<bool> CarryRequireTls)
{
    /// <summary>Everything may be offered.</summary>
    public static ServersBehind OfAnyKind { get; } = new(static () => true, static () => true, static () => true);
}
