using System.Text.RegularExpressions;
using Relay.Core.Configuration;
using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Pace;

/// <summary>Recognises replies that say "slower" or "quota used up" rather than anything about the message, by rules that hold for every server.</summary>
internal static class ThrottlePatterns
{
    // NonBacktracking: linear in the length of whatever a server sends. A limit by the clock would fail on a busy machine.
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    private static readonly Regex Greylisting = new("gr[ae]y[- ]?list|postgrey", Options);
    private static readonly Regex Throttling = new("throttl|rate exceeded|quota", Options);
    private static readonly Regex Limit = new("quota|limit", Options);
    private static readonly Regex Quota = new("quota|daily|per day|24[- ]hour", Options);

    /// <summary>What the reply says about pace; null when it says nothing of the kind.</summary>
    public static ThrottleWord? Read(SmtpReply reply)
    {
        if (!IsThrottle(reply))
        {
            return null;
        }

        // Only these two codes are known for quotas: "quota" in a 454 of Amazon SES is the rate of a second.
        var isQuota = reply.Code is 550 or 554 && Quota.IsMatch(reply.Text);
        return new ThrottleWord(isQuota ? ThrottleMeaning.Quota : ThrottleMeaning.Throttle, WaitingTime.In(reply.Text));
    }

    public static bool IsThrottle(SmtpReply reply) =>
        reply switch
        {
            // Exchange Online: "432 4.3.2 Concurrent connections limit exceeded".
            { Code: 432 } => true,
            // 4.7.x is what providers use for rates, and what greylisting uses for its own purpose: that one is about the message.
            { Code: 421 or 450 or 451, Enhanced: { Class: 4, Subject: 7 } } => !Greylisting.IsMatch(reply.Text),
            // Amazon SES: "454 Throttling failure: Maximum sending rate exceeded."
            { Code: 454 } => Throttling.IsMatch(reply.Text),
            // Gmail: "550 5.4.5 Daily user sending quota exceeded".
            { Code: 550, Enhanced: { Class: 5, Subject: 4, Detail: 5 } } => true,
            // Exchange Online: "554 5.2.0 … SubmissionQuotaExceeded"; without such words 5.2.0 is what it says.
            { Code: 554, Enhanced: { Class: 5, Subject: 2, Detail: 0 } } => Limit.IsMatch(reply.Text),
            _ => false,
        };
}
