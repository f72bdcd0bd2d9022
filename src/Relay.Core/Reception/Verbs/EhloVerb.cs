using Relay.Core.Messages;
using Relay.Core.Reception.Extensions;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Verbs;

/// <summary>EHLO (RFC 5321 §4.1.1.1): introduces the client and shows what is offered. It also ends an open transaction.</summary>
internal sealed class EhloVerb(string hostName, IReadOnlyList<SmtpExtension> extensions) : VerbHandler
{
    private readonly SmtpReply _offer = Offer(hostName, extensions, isSecure: false);
    private readonly SmtpReply _offerWithinTls = Offer(hostName, extensions, isSecure: true);

    public override VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument)
    {
        if (!HelloName.TryRead(argument, out var name))
        {
            return Replies.BadArguments;
        }

        context.Introduce(name, isExtended: true);
        return context.Tls is null ? _offer : _offerWithinTls;
    }

    // One reply of several lines; RFC 2034 §4 wants no enhanced code in it.
    private static SmtpReply Offer(string hostName, IReadOnlyList<SmtpExtension> extensions, bool isSecure)
    {
        var lines = extensions.Where(extension => extension.IsOffered(isSecure)).Select(extension => extension.Advertisement);
        return new SmtpReply(250, null, string.Join('\n', lines.Prepend(hostName)));
    }
}
