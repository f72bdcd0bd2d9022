using System.Buffers.Text;
using System.Globalization;
using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Extensions;

/// <summary>SIZE (RFC 1870): what a client declares too large is refused at MAIL. The claim is not believed otherwise; what comes is counted.</summary>
internal sealed class SizeExtension(long maximumSize) : SmtpExtension
{
    // RFC 1870 §4: size-value is 1*20DIGIT.
    private const int MaximumDigits = 20;

    public override string Advertisement { get; } = string.Create(CultureInfo.InvariantCulture, $"SIZE {maximumSize}");

    public override IReadOnlyList<EsmtpParameter<MailTransaction>> MailParameters => [new("SIZE", Read)];

    private SmtpReply? Read(ReadOnlySpan<byte> value, MailTransaction transaction)
    {
        if (value.IsEmpty || value.Length > MaximumDigits || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return Replies.BadParameter;
        }

        if (!Utf8Parser.TryParse(value, out long size, out _) || size > maximumSize)
        {
            return Replies.TooLarge;
        }

        transaction.DeclaredSize = size;
        return null;
    }
}
