namespace Relay.Core.Configuration;

/// <summary>Replies of a server that say something about pace, in its own words; asked before the rules that are built in.</summary>
public sealed record ThrottlePatternOptions
{
    /// <summary>
    /// A regular expression for the reply on one line, as in <c>^421 4\.7\.0 .*too many</c>, without regard to case. Groups named <c>seconds</c>, <c>minutes</c> and <c>hours</c> tell how long
    /// the server wants to be left alone.
    /// </summary>
    public string Match { get; init; } = "";

    /// <summary>What such a reply says. Default: <see cref="ThrottleMeaning.Throttle"/>.</summary>
    public ThrottleMeaning Meaning { get; init; } = ThrottleMeaning.Throttle;

    /// <summary>Time for which the server is left alone, where the reply itself does not tell: 1 s to 1 day. Default: unset, the pace alone decides.</summary>
    public TimeSpan? Pause { get; init; }
}

/// <summary>What a reply says about pace.</summary>
public enum ThrottleMeaning
{
    /// <summary>Slower: the upstream's pace is halved for a while.</summary>
    Throttle,

    /// <summary>What may be sent is used up: it is asked more and more rarely, at last every 15 minutes, until it takes mail again.</summary>
    Quota,

    /// <summary>Fewer connections or logins: new connections are spaced out, mail goes on over those that stand.</summary>
    LoginThrottle,

    /// <summary>Nothing: the reply is about the message, whatever the rules that are built in would say.</summary>
    Message,
}
