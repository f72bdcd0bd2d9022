using Relay.Core.Configuration;
using Relay.Logging;

namespace Relay.Tests.Logging;

public sealed class RelayLogTests
{
    [TestCase(LogFormat.Text)]
    [TestCase(LogFormat.Json)]
    public void The_configured_level_decides_what_is_logged(LogFormat format)
    {
        using var log = RelayLog.Create(new LogOptions { Format = format, Level = LogVerbosity.Warning });

        var logger = log.Factory.GetLogger("Relay.Core.Something");

        Assert.That(logger.IsInfoEnabled, Is.False);
        Assert.That(logger.IsWarnEnabled, Is.True);
    }

    [Test]
    public void The_framework_is_heard_from_warnings_on_only()
    {
        using var log = RelayLog.Create(new LogOptions { Level = LogVerbosity.Debug });

        Assert.That(log.Factory.GetLogger("Relay.X").IsDebugEnabled, Is.True);
        Assert.That(log.Factory.GetLogger("Microsoft.AspNetCore.X").IsInfoEnabled, Is.False);
        Assert.That(log.Factory.GetLogger("Microsoft.AspNetCore.X").IsWarnEnabled, Is.True);
    }
}
