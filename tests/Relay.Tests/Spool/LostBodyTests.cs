using System.Text;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Spool.Sqlite;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Spool;

/// <summary>A run whose body is not there: either the disk has lost it, or another has delivered the message and deleted it.</summary>
public sealed class LostBodyTests
{
    private TemporaryFolder _folder = null!;
    private SqliteSpool _store = null!;
    private PipelineFixture _relay = null!;
    private string _file = "";

    [SetUp]
    public void Begin()
    {
        _folder = new TemporaryFolder();
        _file = Path.Combine(_folder.Path, "spool.db");
        var options = new RelayOptions
        {
            Groups = new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase)
            {
                ["default"] = new GroupOptions
                {
                    Upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.OrdinalIgnoreCase)
                    {
                        ["a"] = new UpstreamOptions { Address = "unused:25" },
                    },
                },
            },
            Spool = new SpoolOptions { Path = _file, MinimumFree = 0 },
        };
        var time = new TestClock();
        _store = SqliteSpool.Open(options, new BodyStorage(long.MaxValue, Path.GetTempPath(), time), time);
        _relay = PipelineFixture.With(options, _store, time);
    }

    [TearDown]
    public async Task End()
    {
        await _relay.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task What_another_has_delivered_meanwhile_is_not_lost_and_not_said_to_be()
    {
        var lease = await StoreAndClaimAsync();
        await _store.SettleAsync(lease, new Settlement { Remaining = [] }, default);

        await _relay.Spool.Runner.RunAsync(lease, body: null, isFresh: false, default);

        Assert.That(_relay.Spool.RunLog.Errors, Is.Empty);
        Assert.That(_relay.Spool.RunLog.Lines.Single().Text, Does.Contain("here is not written down: the lease on"));
        Assert.That(await _store.ListAsync(new QueueFilter(), 10, default), Is.Empty);
    }

    [Test]
    public async Task What_is_lost_is_held_and_said_to_be()
    {
        var lease = await StoreAndClaimAsync();
        File.Delete(Directory.GetFiles(_file + ".bodies").Single());

        await _relay.Spool.Runner.RunAsync(lease, body: null, isFresh: false, default);

        Assert.That(_relay.Spool.RunLog.Errors.Single(), Does.Contain("is held: its body is lost"));
        Assert.That((await _store.ListAsync(new QueueFilter(), 10, default)).Single().Part.State, Is.EqualTo(SpoolState.Held));
    }

    /// <summary>A body so large that it has a file of its own.</summary>
    private async Task<SpoolLease> StoreAndClaimAsync()
    {
        var now = _relay.Time.GetUtcNow();
        using var writer = new BodyStorage(long.MaxValue, Path.GetTempPath(), _relay.Time).CreateWriter();
        writer.Write(Encoding.Latin1.GetBytes(new string('x', 40_000)));
        var message = _relay.Message() with { Body = writer.Complete(BodyTraits.None) };
        var part = new SpoolPart
        {
            Group = "default",
            Recipients = message.Envelope.Recipients,
            DueAt = now,
            ExpiresAt = now.AddDays(4),
        };
        await _store.StoreAsync(
            new SpoolEntry
            {
                Message = SpooledMessage.Of(message, now),
                Body = message.Body,
                Parts = [part],
            },
            default
        );
        return (await _store.ClaimAsync(new SpoolClaim("default", 1, now), default)).Single();
    }
}
