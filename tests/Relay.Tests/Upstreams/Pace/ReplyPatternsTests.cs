using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Upstreams.Pace;

namespace Relay.Tests.Upstreams.Pace;

public sealed class ReplyPatternsTests
{
    [TestCase("451 4.7.1 Too much mail", ThrottleMeaning.Throttle)]
    [TestCase("454 Throttling failure: Daily message quota exceeded.", ThrottleMeaning.Throttle)]
    [TestCase("550 5.4.5 Sending too fast", ThrottleMeaning.Throttle)]
    [TestCase("550 5.4.5 Daily user sending quota exceeded", ThrottleMeaning.Quota)]
    [TestCase("554 5.2.0 STOREDRV; SubmissionQuotaExceededException", ThrottleMeaning.Quota)]
    public void The_rules_that_are_built_in_tell_a_quota_from_a_pace(string reply, ThrottleMeaning meaning) =>
        Assert.That(Read(reply)?.Meaning, Is.EqualTo(meaning));

    [TestCase("451 4.7.1 Greylisted")]
    [TestCase("550 5.1.1 No such user")]
    [TestCase("554 5.2.0 mailbox broken")]
    public void Other_replies_say_nothing_of_pace(string reply) => Assert.That(Read(reply), Is.Null);

    [TestCase("421 4.7.0 Try again in 60 seconds", 60)]
    [TestCase("450 4.7.1 Rate limited, retry after 3600 s", 3600)]
    [TestCase("451 4.7.1 please wait 2 minutes", 120)]
    [TestCase("450 4.7.1 come back in 1 hour", 3600)]
    [TestCase("450 4.7.1 try again after 99999 hours", 86400)]
    public void A_time_to_wait_is_read_out_of_the_text(string reply, int seconds) =>
        Assert.That(Read(reply)?.Pause, Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [TestCase("450 4.7.1 more than 30 messages in 1 minute")]
    [TestCase("450 4.7.1 try again later")]
    public void What_is_no_time_to_wait_is_not_taken_for_one(string reply) => Assert.That(Read(reply)?.Pause, Is.Null);

    [Test]
    public void The_first_pattern_that_matches_decides_before_the_rules_that_are_built_in()
    {
        ThrottlePatternOptions[] patterns =
        [
            new() { Match = "^451 4\\.7\\.1 policy", Meaning = ThrottleMeaning.Message },
            new()
            {
                Match = "^550 5\\.7\\.9 .*enough",
                Meaning = ThrottleMeaning.Quota,
                Pause = TimeSpan.FromMinutes(10),
            },
            new() { Match = "^550 5\\.7\\.9", Meaning = ThrottleMeaning.LoginThrottle },
        ];

        Assert.That(Read("451 4.7.1 policy says no", patterns), Is.Null);
        Assert.That(Read("451 4.7.1 slower", patterns)?.Meaning, Is.EqualTo(ThrottleMeaning.Throttle));
        Assert.That(
            Read("550 5.7.9 that is ENOUGH", patterns),
            Is.EqualTo(new ThrottleWord(ThrottleMeaning.Quota, TimeSpan.FromMinutes(10)))
        );
        Assert.That(Read("550 5.7.9 no", patterns)?.Meaning, Is.EqualTo(ThrottleMeaning.LoginThrottle));
    }

    [Test]
    public void A_named_group_tells_the_time_and_wins_over_the_pause_beside_it()
    {
        ThrottlePatternOptions[] patterns =
        [
            new() { Match = "^450 .*blocked(?: for (?<minutes>\\d+)m(?<seconds>\\d+)s)?", Pause = TimeSpan.FromHours(1) },
        ];

        Assert.That(Read("450 4.2.0 blocked for 2m30s", patterns)?.Pause, Is.EqualTo(TimeSpan.FromSeconds(150)));
        Assert.That(Read("450 4.2.0 blocked", patterns)?.Pause, Is.EqualTo(TimeSpan.FromHours(1)));
    }

    [Test]
    public void An_expression_that_takes_for_ever_is_given_up_and_does_not_match()
    {
        // The look-ahead keeps it from being matched in linear time; the rest would take longer than the world has stood.
        ThrottlePatternOptions[] patterns = [new() { Match = "^(?=550)550 (a+)+$" }];
        var begin = TimeProvider.System.GetTimestamp();

        var word = Read($"550 {new string('a', 400)}!", patterns);

        Assert.That(word, Is.Null);
        Assert.That(TimeProvider.System.GetElapsedTime(begin), Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    private static ThrottleWord? Read(string reply, params ThrottlePatternOptions[] patterns)
    {
        var parsed = SmtpReply.Parse(int.Parse(reply[..3], System.Globalization.CultureInfo.InvariantCulture), reply[4..]);
        return ReplyPatterns.Of(patterns).Read(parsed);
    }
}
