using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>A backup stands by: it gets mail only while no primary is in service, and then all of it.</summary>
internal sealed class Backups : Scenario
{
    [Test]
    public async Task Backup_gets_nothing_even_while_all_primaries_are_busy()
    {
        var primaries = new[] { StartCountingSink(), StartCountingSink() };
        var backup = StartCountingSink();
        var relay = await StartRelayAsync(
            new RelayConfiguration()
                .Upstream("a", primaries[0].Address, new { Connections = 2 })
                .Upstream("b", primaries[1].Address, new { Connections = 2 })
                .Upstream("spare", backup.Address, new { Backup = true })
        );
        foreach (var primary in primaries)
        {
            primary.Hold();
        }

        var load = new LoadClient(relay.Port, sessions: 12);
        var sending = load.SendAsync(24);
        await Until.TrueAsync(() => primaries.Sum(static primary => primary.Waiting) == 4, "all four connections to primaries are busy");
        foreach (var primary in primaries)
        {
            primary.Release();
        }

        await sending;

        Assert.That(load.Refused, Is.Empty);
        Assert.That(primaries.Sum(static primary => primary.Count), Is.EqualTo(24));
        Assert.That(backup.Count, Is.Zero);
    }

    [Test]
    public async Task Backup_takes_everything_while_no_primary_is_there_and_nothing_after_one_returned()
    {
        var primary = StartCountingSink();
        var backup = StartCountingSink();
        var relay = await StartRelayAsync(
            new RelayConfiguration().ReturningSoon().Upstream("a", primary.Address).Upstream("spare", backup.Address, new { Backup = true })
        );
        var load = new LoadClient(relay.Port, sessions: 4);

        await load.SendAsync(40);
        Assert.That(new[] { primary.Count, backup.Count }, Is.EqualTo(new[] { 40, 0 }), "the primary is there");

        await primary.StopAsync();
        await load.SendAsync(40);
        Assert.That(new[] { primary.Count, backup.Count }, Is.EqualTo(new[] { 40, 40 }), "the primary is gone");

        primary.Start();
        await load.SendWhileAsync(_ => primary.Count == 40);
        await relay.WaitForStateAsync("a", "healthy");
        var before = backup.Count;
        await load.SendAsync(40);
        Assert.That(backup.Count, Is.EqualTo(before), "the primary is back");
        Assert.That(load.Refused, Is.Empty);
    }

    [Test]
    public async Task Nobody_there_at_all_is_answered_451()
    {
        var relay = await StartRelayAsync(
            new RelayConfiguration().Upstream("a", LocalPort.FreeAddress()).Upstream("b", LocalPort.FreeAddress())
        );
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        var reply = await client.SendMailAsync("from@example.com", "to@example.com");

        Assert.That(reply, Does.Match("^451 4\\.4\\.1 [0-9A-Z]{26} no upstream available$"));
        Assert.That(await client.CommandAsync("NOOP"), Does.StartWith("250"), "the session goes on");
    }
}
