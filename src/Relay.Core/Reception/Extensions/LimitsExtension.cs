using System.Globalization;

namespace Relay.Core.Reception.Extensions;

/// <summary>LIMITS (RFC 9422): tells clients how many recipients a message may have, so that they need not find out by a 452.</summary>
internal sealed class LimitsExtension(int maximumRecipients) : SmtpExtension
{
    public override string Advertisement { get; } = string.Create(CultureInfo.InvariantCulture, $"LIMITS RCPTMAX={maximumRecipients}");
}
