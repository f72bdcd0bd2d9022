using Relay.Core.Messages;
using Relay.TestKit;

namespace Relay.Tests.Messages;

internal sealed class MessageIdTests
{
    [Test]
    public void An_id_is_26_characters_and_is_read_back_in_either_case()
    {
        var id = new MessageIdGenerator(new TestClock(), new Random(1)).Next();
        var text = id.ToString();

        Assert.That(text, Has.Length.EqualTo(26).And.Matches("^[0-9A-HJKMNP-TV-Z]+$"));
        Assert.That(MessageId.TryParse(text, out var again) && again == id);
        Assert.That(MessageId.TryParse(text.ToLowerInvariant(), out again) && again == id);
    }

    [Test]
    public void Ids_sort_by_time_as_numbers_and_as_text()
    {
        var time = new TestClock();
        var ids = new MessageIdGenerator(time, new Random(1));
        var first = ids.Next();
        time.Advance(TimeSpan.FromMilliseconds(1));
        var second = ids.Next();

        Assert.That(first < second && second > first && first <= second && second >= first);
        Assert.That(string.CompareOrdinal(first.ToString(), second.ToString()), Is.Negative);
    }

    [Test]
    public void Ids_of_the_same_millisecond_differ()
    {
        var ids = new MessageIdGenerator(new TestClock(), new Random(1));

        Assert.That(Enumerable.Range(0, 1000).Select(_ => ids.Next()).Distinct().Count(), Is.EqualTo(1000));
    }

    [TestCase("")]
    [TestCase("0123456789ABCDEFGHJKMNPQR")]
    [TestCase("80000000000000000000000000", Description = "more than 128 bits")]
    [TestCase("0000000000000000000000000U")]
    public void What_is_no_id_is_not_read(string text) => Assert.That(MessageId.TryParse(text, out _), Is.False);
}
