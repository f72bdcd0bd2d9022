using System.Globalization;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections.MailKit;

/// <summary>Delivery status parameters (RFC 3461 §4) in MailKit's terms.</summary>
internal static class Dsn
{
    public static DeliveryStatusNotificationType Return(DsnReturn value) =>
        value switch
        {
            DsnReturn.Full => DeliveryStatusNotificationType.Full,
            DsnReturn.Headers => DeliveryStatusNotificationType.HeadersOnly,
            _ => DeliveryStatusNotificationType.Unspecified,
        };

    /// <summary>Null when the client did not say.</summary>
    public static DeliveryStatusNotification? Notify(DsnNotify value)
    {
        if (value == DsnNotify.Unspecified)
        {
            return null;
        }

        var notify = DeliveryStatusNotification.Never;
        notify |= value.HasFlag(DsnNotify.Success) ? DeliveryStatusNotification.Success : notify;
        notify |= value.HasFlag(DsnNotify.Failure) ? DeliveryStatusNotification.Failure : notify;
        notify |= value.HasFlag(DsnNotify.Delay) ? DeliveryStatusNotification.Delay : notify;
        return notify;
    }

    /// <summary>Takes the xtext form (RFC 3461 §4) off, since MailKit puts it on.</summary>
    public static string? DecodeXtext(string? xtext)
    {
        if (xtext is null || !xtext.Contains('+', StringComparison.Ordinal))
        {
            return xtext;
        }

        var bytes = new List<byte>(xtext.Length);
        for (var index = 0; index < xtext.Length; index++)
        {
            if (xtext[index] == '+' && TryReadHex(xtext.AsSpan(index + 1), out var value))
            {
                bytes.Add(value);
                index += 2;
            }
            else
            {
                bytes.Add((byte)xtext[index]);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static bool TryReadHex(ReadOnlySpan<char> text, out byte value)
    {
        value = 0;
        return text.Length >= 2 && byte.TryParse(text[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
