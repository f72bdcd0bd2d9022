using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Unicode;
using Relay.Core.Messages;
using Relay.Core.Reception.Tls;

namespace Relay.Core.Reception;

/// <summary>
/// Writes the one trace field that Relay puts in front of a message (RFC 5321 §4.4). Whatever a client said is made harmless first: nothing
/// it says can end the field or forge another.
/// </summary>
internal static class ReceivedHeader
{
    /// <summary>RFC 5321 §6.3 asks for a limit; a message that has been through so many servers, this one included, is going in circles.</summary>
    public const int MaximumHops = 35;

    private const int LongestRecipient = 256;

    // The field is ASCII even for an SMTPUTF8 client's name: this part must not turn an ASCII message into one that needs SMTPUTF8.
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_:[]"
    );

    /// <param name="body">Takes the field; nothing has been written to it yet.</param>
    /// <param name="id">The message's id.</param>
    /// <param name="context">The session, with its transaction.</param>
    /// <param name="hostName">Relay's own name.</param>
    /// <param name="now">The date of the field.</param>
    public static void Write(MessageBodyWriter body, MessageId id, SessionContext context, string hostName, DateTimeOffset now)
    {
        var transaction = context.Transaction!;
        Span<byte> field = stackalloc byte[2048];
        Utf8.TryWrite(
            field,
            CultureInfo.InvariantCulture,
            $"Received: from {Clean(context.Origin.HelloName)}{AddressOf(context.Origin.Client)}\r\n\tby {Clean(hostName)} with {Protocol(context, transaction)} id {id.ToString()}",
            out var length
        );
        length += WriteFor(field[length..], transaction);
        length += WriteTls(field[length..], context.Tls);
        Utf8.TryWrite(
            field[length..],
            CultureInfo.InvariantCulture,
            $";\r\n\t{now.ToUniversalTime():ddd, dd MMM yyyy HH:mm:ss} +0000\r\n",
            out var rest
        );
        body.Write(field[..(length + rest)]);
    }

    // RFC 3848 and RFC 6531 §4.3: S for TLS, A for a login, both known only of clients that said EHLO.
    private static string Protocol(SessionContext context, MailTransaction transaction)
    {
        if (!context.IsExtended)
        {
            return "SMTP";
        }

        return (transaction.SmtpUtf8, context.IsSecure, context.User is not null) switch
        {
            (false, false, false) => "ESMTP",
            (false, false, true) => "ESMTPA",
            (false, true, false) => "ESMTPS",
            (false, true, true) => "ESMTPSA",
            (true, false, false) => "UTF8SMTP",
            (true, false, true) => "UTF8SMTPA",
            (true, true, false) => "UTF8SMTPS",
            (true, true, true) => "UTF8SMTPSA",
        };
    }

    // Only with a single recipient: the field must not tell one recipient of the others (RFC 5321 §7.2).
    private static int WriteFor(Span<byte> field, MailTransaction transaction)
    {
        var mailbox = transaction.Recipients is [var only] ? only.Path.Mailbox : default;
        if (mailbox.IsEmpty || mailbox.Length > LongestRecipient)
        {
            return 0;
        }

        Utf8.TryWrite(field, CultureInfo.InvariantCulture, $"\r\n\tfor <{mailbox}>", out var length);
        return length;
    }

    private static int WriteTls(Span<byte> field, TlsDetails? tls)
    {
        var length = 0;
        return tls is not null && Utf8.TryWrite(field, CultureInfo.InvariantCulture, $"\r\n\t{tls.Clause}", out length) ? length : 0;
    }

    private static string AddressOf(IPAddress? client) =>
        client is null ? ""
        : client.AddressFamily == AddressFamily.InterNetworkV6 ? $" ([IPv6:{Unscoped(client)}])"
        : $" ([{client}])";

    // A link-local address carries a zone, "fe80::1%eth0", which has no place in an address literal (RFC 5321 §4.1.3).
    private static IPAddress Unscoped(IPAddress client) => client.ScopeId == 0 ? client : new IPAddress(client.GetAddressBytes());

    private static string Clean(string name)
    {
        if (!name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            return name;
        }

        return string.Create(
            name.Length,
            name,
            static (clean, dirty) =>
            {
                for (var index = 0; index < dirty.Length; index++)
                {
                    clean[index] = NameCharacters.Contains(dirty[index]) ? dirty[index] : '?';
                }
            }
        );
    }
}
