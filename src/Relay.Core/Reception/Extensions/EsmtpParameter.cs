using Relay.Core.Messages;

namespace Relay.Core.Reception.Extensions;

/// <summary>Reads the value of a parameter into what is being made; null, or the reply that refuses it.</summary>
/// <param name="value">What stands behind the equals sign; empty when there is none.</param>
/// <param name="draft">Takes what was read.</param>
internal delegate SmtpReply? ParameterReader<in TDraft>(ReadOnlySpan<byte> value, TDraft draft);

/// <summary>A parameter of MAIL or RCPT that an extension brings.</summary>
/// <param name="Keyword">In capitals.</param>
/// <param name="Read">Checks and keeps the value.</param>
/// <param name="IsTakenFrom">Whether this client may use it now; null: everybody always.</param>
internal sealed record EsmtpParameter<TDraft>(string Keyword, ParameterReader<TDraft> Read, Func<SessionContext, bool>? IsTakenFrom = null);
