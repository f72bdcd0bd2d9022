using Relay.Core.Configuration;
using Relay.Core.Configuration.Validation;
using Relay.Core.Dispatch.LoadBalancing;

namespace Relay.Tests.Configuration.Validation;

public sealed class DatabaseValidationTests
{
    private const string Good = "Host=db1,db2;Database=relay;Username=relay;Password=secret";

    [TestCase(Good)]
    [TestCase("Host=/run/postgresql;Database=relay")]
    [TestCase("Host=db;Target Session Attributes=primary;Database=relay")]
    public void A_connection_string_of_Npgsql_is_taken(string text) => Assert.That(Errors(Of(text)), Is.Empty);

    [Test]
    public void PostgreSQL_needs_to_know_where_the_database_is()
    {
        var spool = new SpoolOptions { Provider = SpoolProvider.PostgreSql };

        Assert.That(
            Errors(spool).Single().ToString(),
            Does.Contain("Relay:Spool:ConnectionString").And.Contain("is needed, or ConnectionStringFile")
        );
        Assert.That(Errors(spool with { ConnectionStringFile = "database" }), Is.Empty);
    }

    [TestCase("postgresql://relay:secret@db/relay")]
    [TestCase("Host=db;Port=many;Password=secret")]
    [TestCase("Host=db;Hots=db;Password=secret")]
    [TestCase("Database=relay;Password=secret")]
    public void What_is_none_is_an_error_with_its_key_and_without_its_password(string text)
    {
        var error = Errors(Of(text)).Single();

        Assert.That(error.Key, Is.EqualTo("Relay:Spool:ConnectionString"));
        Assert.That(error.ToString(), Does.Contain("Host=db.example.com").And.Not.Contain("secret"));
    }

    [Test]
    public void What_does_not_go_together_is_an_error_and_not_the_end_of_the_start()
    {
        var error = Errors(Of("Host=db;Minimum Pool Size=20;Maximum Pool Size=5;Password=secret")).Single();

        Assert.That(error.Key, Is.EqualTo("Relay:Spool:ConnectionString"));
        Assert.That(error.ToString(), Does.Contain("is refused by Npgsql").And.Contain("Min Pool Size").And.Not.Contain("secret"));
    }

    [Test]
    public void It_does_not_stand_beside_a_file_of_it() =>
        Assert.That(
            Errors(Of(Good) with { ConnectionStringFile = "database" }).Single().ToString(),
            Is.EqualTo("Relay:Spool:ConnectionStringFile: stands beside ConnectionString; leave one of the two out")
        );

    [Test]
    public void A_lease_time_that_a_busy_node_cannot_keep_is_an_error() =>
        Assert.That(
            Errors(Of(Good), new ClusterOptions { LeaseTime = TimeSpan.FromSeconds(1) }).Single().Key,
            Is.EqualTo("Relay:Cluster:LeaseTime")
        );

    private static SpoolOptions Of(string text) => new() { Provider = SpoolProvider.PostgreSql, ConnectionString = text };

    private static List<ConfigurationError> Errors(SpoolOptions spool, ClusterOptions? cluster = null) =>
        [
            .. new RelayOptionsValidator(StrategyRegistry.Names)
                .Validate(new RelayOptions { Spool = spool, Cluster = cluster ?? new ClusterOptions() })
                .Where(static error =>
                    error.Key.StartsWith("Relay:Spool", StringComparison.Ordinal)
                    || error.Key.StartsWith("Relay:Cluster", StringComparison.Ordinal)
                ),
        ];
}
