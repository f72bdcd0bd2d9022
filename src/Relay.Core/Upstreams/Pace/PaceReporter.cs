using Microsoft.Extensions.Logging;
using Relay.Core.Configuration;
using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Pace;

/// <summary>Turns replies into the pace of servers, and tells the operator when one changes so much that it matters: not for each message.</summary>
internal sealed partial class PaceReporter(ILogger<PaceReporter> logger)
{
    /// <summary>The server took a message, or had something against the message itself.</summary>
    /// <param name="server">The server.</param>
    /// <param name="underWay">How long ago the message set out.</param>
    public void Succeeded(UpstreamServer server, TimeSpan underWay)
    {
        server.Pace.Succeeded(underWay);
        Report(server);
    }

    /// <summary>The server asked for less mail.</summary>
    /// <param name="server">The server.</param>
    /// <param name="reply">Its reply; null where the words are all that is known.</param>
    /// <param name="words">The same for people.</param>
    /// <param name="underWay">How long ago the message set out.</param>
    public void Throttled(UpstreamServer server, SmtpReply? reply, string words, TimeSpan underWay)
    {
        var word = (reply is null ? null : server.ReplyPatterns.Read(reply)) ?? new ThrottleWord(ThrottleMeaning.Throttle);
        if (server.Pace.Throttled(words, word, underWay) && server.Pace.NotBefore is { } resumes)
        {
            LogPaused(server, resumes, words);
        }

        Report(server);
    }

    /// <summary>The server asked for fewer connections or logins. Mail goes on over those that stand.</summary>
    public void LoginThrottled(UpstreamServer server, string words, TimeSpan underWay)
    {
        if (server.Pool?.Logins is not { } logins)
        {
            return;
        }

        var wasInForce = logins.IsInForce;
        logins.Refused(underWay);
        server.LoginWords = words;
        if (!wasInForce)
        {
            LogLoginsPaced(server, words);
        }
    }

    private void Report(UpstreamServer server)
    {
        if (!server.Pace.IsWorthReporting(out var perSecond))
        {
            return;
        }

        if (perSecond is { } rate)
        {
            LogPaced(server, PaceText.Of(rate), server.Pace.Reply);
        }
        else
        {
            LogUnpaced(server);
        }
    }

    [LoggerMessage(
        EventId = 320,
        EventName = "Paused",
        Level = LogLevel.Warning,
        Message = "Upstream {Upstream} gets no mail before {Until:u}: {Reply}"
    )]
    private partial void LogPaused(UpstreamServer upstream, DateTimeOffset until, string reply);

    [LoggerMessage(
        EventId = 321,
        EventName = "Paced",
        Level = LogLevel.Information,
        Message = "Upstream {Upstream} gets {Pace} now: {Reply}"
    )]
    private partial void LogPaced(UpstreamServer upstream, string pace, string reply);

    [LoggerMessage(
        EventId = 322,
        EventName = "Unpaced",
        Level = LogLevel.Information,
        Message = "Upstream {Upstream} has long not asked for less: no pace any more"
    )]
    private partial void LogUnpaced(UpstreamServer upstream);

    [LoggerMessage(
        EventId = 323,
        EventName = "LoginsPaced",
        Level = LogLevel.Warning,
        Message = "Upstream {Upstream} wants fewer connections; new ones are spaced out, mail goes on over those that stand: {Reply}"
    )]
    private partial void LogLoginsPaced(UpstreamServer upstream, string reply);
}
