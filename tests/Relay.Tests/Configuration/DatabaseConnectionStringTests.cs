using Npgsql;
using Relay.Core.Configuration;

namespace Relay.Tests.Configuration;

internal sealed class DatabaseConnectionStringTests
{
    [Test]
    public void What_every_connection_needs_is_added()
    {
        var complete = new NpgsqlConnectionStringBuilder(DatabaseConnectionString.Complete("Host=db.example;Username=relay"));

        Assert.Multiple(() =>
        {
            Assert.That(complete.ApplicationName, Is.EqualTo("relay"));
            Assert.That(complete.Timeout, Is.EqualTo(3));
            Assert.That(complete.CommandTimeout, Is.EqualTo(10));
            Assert.That(complete.MaxPoolSize, Is.EqualTo(17));
            Assert.That(complete.MaxAutoPrepare, Is.EqualTo(100));
            Assert.That(complete.NoResetOnClose, Is.True);
            Assert.That(complete.Options, Does.Contain("tcp_user_timeout=15000"));
            Assert.That(complete.TargetSessionAttributes, Is.Null, "there is one server");
        });
    }

    [Test]
    public void What_is_configured_stays()
    {
        var complete = new NpgsqlConnectionStringBuilder(
            DatabaseConnectionString.Complete("Host=db.example;Timeout=7;Max Auto Prepare=0;Options=-c work_mem=1MB;Application Name=mail")
        );

        Assert.Multiple(() =>
        {
            Assert.That(complete.Timeout, Is.EqualTo(7));
            Assert.That(complete.MaxAutoPrepare, Is.Zero);
            Assert.That(complete.Options, Is.EqualTo("-c work_mem=1MB"));
            Assert.That(complete.ApplicationName, Is.EqualTo("mail"));
        });
    }

    [TestCase("Host=one.example,two.example", "read-write")]
    [TestCase("Host=one.example,two.example;Target Session Attributes=any", "any")]
    public void Of_several_servers_the_one_that_takes_writes_is_looked_for(string configured, string attributes)
    {
        var complete = new NpgsqlConnectionStringBuilder(DatabaseConnectionString.Complete(configured));

        Assert.That(complete.TargetSessionAttributes, Is.EqualTo(attributes));
        Assert.That(complete.HostRecheckSeconds, Is.EqualTo(1));
    }

    [Test]
    public void Of_one_server_none_is_chosen_and_Npgsql_is_content()
    {
        var complete = DatabaseConnectionString.Complete("Host=one.example;Target Session Attributes=primary");

        Assert.That(() => new NpgsqlDataSourceBuilder(complete).Build().Dispose(), Throws.Nothing);
        Assert.That(new NpgsqlConnectionStringBuilder(complete).TargetSessionAttributes, Is.Null);
    }

    [TestCase("Host=db.example", GssEncryptionMode.Disable)]
    [TestCase("Host=db.example;GSS Encryption Mode=Require", GssEncryptionMode.Require)]
    public void Kerberos_is_not_looked_for_unless_it_is_asked_for(string configured, GssEncryptionMode mode)
    {
        var complete = new NpgsqlConnectionStringBuilder(DatabaseConnectionString.Complete(configured));

        Assert.That(complete.GssEncryptionMode, Is.EqualTo(mode));
    }
}
