using System.Collections.Concurrent;
using Relay.Core.Messages;
using Relay.Core.Reception.Extensions;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Verbs;

/// <summary>EHLO (RFC 5321 §4.1.1.1): introduces the client and shows what is offered. It also ends an open transaction.</summary>
internal sealed class EhloVerb(string hostName, IReadOnlyList<SmtpExtension> extensions) : VerbHandler
{
    // By what is offered, a bit for each extension: there are few combinations, and each is written once.
    private readonly ConcurrentDictionary<int, SmtpReply> _offers = new();

    public override VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument)
    {
        if (!HelloName.TryRead(argument, out var name))
        {
            return Replies.BadArguments;
        }

        context.Introduce(name, isExtended: true);
        return OfferTo(context);
    }

    private SmtpReply OfferTo(SessionContext context)
    {
        var offered = 0;
        for (var index = 0; index < extensions.Count; index++)
        {
            offered |= extensions[index].IsOfferedTo(context) ? 1 << index : 0;
        }

        return _offers.GetOrAdd(offered, static (bits, verb) => verb.Write(bits), this);
    }

    // One reply of several lines; RFC 2034 §4 wants no enhanced code in it.
    private SmtpReply Write(int offered)
    {
        var shown = extensions.Where((_, index) => (offered & (1 << index)) != 0);
        return new SmtpReply(250, null, string.Join('\n', shown.Select(extension => extension.Advertisement).Prepend(hostName)));
    }
}
