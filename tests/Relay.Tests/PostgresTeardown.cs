using Relay.Tests.Database;

namespace Relay.Tests;

/// <summary>Ends the server that tests of this assembly may have started.</summary>
[SetUpFixture]
public sealed class PostgresTeardown
{
    [OneTimeTearDown]
    public Task StopAsync() => Postgres.StopAsync();
}
