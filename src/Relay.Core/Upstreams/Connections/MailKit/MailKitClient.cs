using MailKit;
using MailKit.Net.Smtp;
using MimeKit;

namespace Relay.Core.Upstreams.Connections.MailKit;

/// <summary>MailKit's client with its hooks tied to the transaction that runs: what it may send, and where its replies go.</summary>
internal sealed class MailKitClient(IProtocolLogger watch) : SmtpClient(watch)
{
    /// <summary>The transaction that runs now.</summary>
    public OutgoingTransaction? Current { get; set; }

    private OutgoingTransaction Running => Current ?? throw new InvalidOperationException("No transaction is running.");

    /// <summary>MailKit would re-encode the message here. The setting only decides whether SMTPUTF8 is said: the header is written by nobody but us.</summary>
    protected override void Prepare(FormatOptions options, MimeMessage message, EncodingConstraint constraint, int maxLineLength) =>
        options.International = Running.NeedsSmtpUtf8;

    protected override long GetSize(FormatOptions options, MimeMessage message, CancellationToken cancellationToken) => Running.Body.Length;

    protected override Task<long> GetSizeAsync(FormatOptions options, MimeMessage message, CancellationToken cancellationToken) =>
        Task.FromResult(Running.Body.Length);

    protected override void OnSenderAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) =>
        Running.SenderAnswered(response);

    protected override void OnSenderNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
    {
        Running.SenderAnswered(response);
        base.OnSenderNotAccepted(message, mailbox, response); // throws, which ends the transaction
    }

    protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) =>
        Running.RecipientAnswered(mailbox, response);

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) =>
        Running.RecipientAnswered(mailbox, response);

    protected override string? GetEnvelopeId(MimeMessage message) => Dsn.DecodeXtext(Running.Envelope.EnvelopeId);

    /// <summary>MailKit puts an ORCPT of its own behind NOTIFY, made of the recipient's address; one that the client gave cannot be passed.</summary>
    protected override DeliveryStatusNotification? GetDeliveryStatusNotifications(MimeMessage message, MailboxAddress mailbox) =>
        Dsn.Notify(Running.Transaction.Recipients[Running.Addresses.IndexOf(mailbox)].Notify);
}
