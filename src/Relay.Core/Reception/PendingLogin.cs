using Relay.Core.Reception.Sasl;

namespace Relay.Core.Reception;

/// <summary>What AUTH asked for.</summary>
/// <param name="Exchange">By the mechanism that it named.</param>
/// <param name="InitialResponse">What came with it, decoded; null for nothing.</param>
internal sealed record PendingLogin(SaslExchange Exchange, byte[]? InitialResponse);
