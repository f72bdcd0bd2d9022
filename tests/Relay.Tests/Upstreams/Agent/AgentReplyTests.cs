using Relay.Core.Upstreams.Agent;

namespace Relay.Tests.Upstreams.Agent;

public sealed class AgentReplyTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    [TestCase("75%", "75%, up")]
    [TestCase("0%", "0%, up")]
    [TestCase("250%", "250%, up")]
    [TestCase("drain", "100%, drain, up")]
    [TestCase("maint", "100%, maint, up")]
    [TestCase("DOWN", "100%, down")]
    [TestCase("fail", "100%, down (fail)")]
    [TestCase("stopped", "100%, down (stopped)")]
    [TestCase("down #disk full", "100%, down (disk full)")]
    [TestCase("stopped#for an update, soon back", "100%, down (for an update, soon back)")]
    [TestCase("up, ready\t50%  maxconn:30", "50%, up, maxconn 30")]
    [TestCase("ready drain", "100%, drain, up")]
    [TestCase("up 40% #all is well", "40%, up")]
    public void Words_are_those_of_HAProxy(string line, string report) =>
        Assert.That(new AgentReport(Now).With(AgentReply.Parse(line), Now).ToString(), Is.EqualTo(report));

    [TestCase("")]
    [TestCase("cpu=3 load=high")]
    [TestCase("-5% %")]
    [TestCase("1.5%")]
    [TestCase("99999999999%")]
    [TestCase("maxconn:")]
    [TestCase("maxconn:0")]
    [TestCase("maxconn: 5")]
    [TestCase("# down")]
    public void What_is_not_known_is_passed_over(string line) => Assert.That(AgentReply.Parse(line).SaysAnything, Is.False);

    [Test]
    public void What_a_reply_leaves_out_stays_as_it_was()
    {
        var report = new AgentReport(Now);
        foreach (var line in new[] { "30%", "drain", "down#disk", "maxconn:4" })
        {
            report = report.With(AgentReply.Parse(line), Now);
        }

        Assert.That(report.ToString(), Is.EqualTo("30%, drain, down (disk), maxconn 4"));
        report = report.With(AgentReply.Parse("up"), Now).With(AgentReply.Parse("ready"), Now);
        Assert.That(report.ToString(), Is.EqualTo("30%, up, maxconn 4"));
    }

    [Test]
    public void Since_is_when_the_word_changed_and_not_when_it_was_repeated()
    {
        var first = new AgentReport(Now).With(AgentReply.Parse("drain"), Now.AddSeconds(1));
        var second = first.With(AgentReply.Parse("drain"), Now.AddSeconds(2));

        Assert.That(first.Since, Is.EqualTo(Now.AddSeconds(1)));
        Assert.That(second, Is.SameAs(first));
    }

    [Test]
    public void A_reason_is_short_and_printable()
    {
        var reply = AgentReply.Parse("down #" + new string('a', 99) + "\u0007\u001b[31m" + new string('b', 400));

        Assert.That(reply.Reason, Is.EqualTo(new string('a', 99) + "?"));
    }

    [TestCase("maint", "its agent says maint")]
    [TestCase("down #disk", "its agent says down: disk")]
    [TestCase("drain", "its agent says drain")]
    [TestCase("0%", "its agent says 0%")]
    [TestCase("1% up ready", "")]
    public void Why_it_gets_no_mail_is_told(string line, string why)
    {
        var report = new AgentReport(Now).With(AgentReply.Parse(line), Now);

        Assert.That(report.WhyKeptBack, Is.EqualTo(why));
        Assert.That(report.KeepsBack, Is.EqualTo(why.Length > 0));
    }
}
