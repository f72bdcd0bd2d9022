using Relay.Core.Configuration;
using Relay.Core.Configuration.Loading;

namespace Relay.Tests.Configuration.Loading;

public sealed class ScalarReaderTests
{
    [TestCase("00:00:15", 15)]
    [TestCase("01:00:00", 3600)]
    [TestCase("4.00:00:00", 345_600)]
    public void Times_are_hours_minutes_and_seconds(string text, int seconds)
    {
        var isRead = ScalarReader.TryRead(typeof(TimeSpan), text, out var value, out _);

        Assert.That(isRead, Is.True);
        Assert.That(value, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [TestCase("15", Description = "would be fifteen days")]
    [TestCase("0:15", Description = "would be fifteen minutes")]
    [TestCase("15s")]
    [TestCase("")]
    public void Times_that_would_be_misread_are_refused(string text)
    {
        Assert.That(ScalarReader.TryRead(typeof(TimeSpan), text, out _, out var error), Is.False);
        Assert.That(error, Does.Contain("00:00:15"));
    }

    [TestCase(typeof(int), "1,000")]
    [TestCase(typeof(int), "3000000000")]
    [TestCase(typeof(int), "1.5")]
    [TestCase(typeof(long), "25 MiB")]
    [TestCase(typeof(double), "NaN")]
    [TestCase(typeof(bool), "1")]
    [TestCase(typeof(UpstreamTls), "1", Description = "a number is not a name")]
    [TestCase(typeof(UpstreamTls), "None, Auto")]
    public void Values_of_the_wrong_kind_are_refused(Type type, string text)
    {
        Assert.That(ScalarReader.TryRead(type, text, out _, out var error), Is.False);
        Assert.That(error, Does.StartWith($"\"{text}\" is not "));
    }

    [Test]
    public void Names_are_read_in_either_case()
    {
        Assert.That(ScalarReader.TryRead(typeof(UpstreamTls), "starttls", out var value, out _), Is.True);
        Assert.That(value, Is.EqualTo(UpstreamTls.StartTls));
    }
}
