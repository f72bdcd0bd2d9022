using MimeKit;
using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections.MailKit;

/// <summary>
/// The recipients of a transaction as MailKit wants them, and the way back from its callbacks to their places. MailKit sends one RCPT for addresses that differ
/// in case only; each of them then shares the reply to the one that was sent.
/// </summary>
internal sealed class EnvelopeAddresses
{
    private readonly int[] _sentAs;
    private readonly MailboxAddress?[] _mailboxes;
    private readonly List<int> _sent;
    private int _cursor;

    public EnvelopeAddresses(IReadOnlyList<EnvelopeRecipient> recipients)
    {
        _mailboxes = new MailboxAddress?[recipients.Count];
        _sentAs = new int[recipients.Count];
        _sent = new List<int>(recipients.Count);
        var seen = recipients.Count > 1 ? new Dictionary<string, int>(recipients.Count, StringComparer.OrdinalIgnoreCase) : null;
        for (var index = 0; index < recipients.Count; index++)
        {
            _sentAs[index] = index;
            if (TryExpress(recipients[index].Path) is not { } mailbox)
            {
                continue;
            }

            _mailboxes[index] = mailbox;
            if (seen is not null && !seen.TryAdd(mailbox.Address, index))
            {
                _sentAs[index] = seen[mailbox.Address];
                continue;
            }

            _sent.Add(index);
        }
    }

    /// <summary>Places of the recipients for which a RCPT is sent, in order.</summary>
    public IReadOnlyList<int> Sent => _sent;

    /// <summary>Whether MailKit reads a domain of one of them as an internationalised one, <c>xn--</c> included.</summary>
    public bool HasInternational
    {
        get
        {
            var isInternational = false;
            foreach (var index in _sent)
            {
                isInternational |= _mailboxes[index]!.IsInternational;
            }

            return isInternational;
        }
    }

    public bool IsExpressible(int index) => _mailboxes[index] is not null;

    /// <summary>The mailboxes of <see cref="Sent"/>.</summary>
    public IEnumerable<MailboxAddress> Mailboxes => _sent.Select(index => _mailboxes[index]!);

    /// <summary>The place of a mailbox that MailKit speaks of. It speaks of them in order, twice: for the command and for the reply.</summary>
    public int IndexOf(MailboxAddress mailbox)
    {
        for (var step = 0; step < _sent.Count; step++)
        {
            var position = (_cursor + step) % _sent.Count;
            if (ReferenceEquals(_mailboxes[_sent[position]], mailbox))
            {
                _cursor = position;
                return _sent[position];
            }
        }

        throw new ArgumentException("MailKit speaks of a recipient that it was not given.", nameof(mailbox));
    }

    /// <summary>Gives every recipient that was merged into another the reply of that one.</summary>
    public void ShareReplies(SmtpReply?[] replies)
    {
        for (var index = 0; index < replies.Length; index++)
        {
            replies[index] ??= replies[_sentAs[index]];
        }
    }

    /// <summary>
    /// The address if MailKit would send it as it came; null otherwise (<c>a..b@example.com</c>). A source route is left out, as RFC 5321 §3.3 asks. A domain may
    /// come back in its other form, U-label for A-label; which of the two goes out is decided by whether the transaction uses SMTPUTF8.
    /// </summary>
    public static MailboxAddress? TryExpress(MailPath path)
    {
        var text = path.Mailbox.ToString();
        try
        {
            var mailbox = new MailboxAddress(null, text);
            var isSame =
                string.Equals(mailbox.GetAddress(idnEncode: false), text, StringComparison.Ordinal)
                || string.Equals(mailbox.GetAddress(idnEncode: true), text, StringComparison.OrdinalIgnoreCase);
            return isSame ? mailbox : null;
        }
        catch (ParseException)
        {
            return null;
        }
    }
}
