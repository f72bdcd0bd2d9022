using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Spool.Sqlite;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Spool;

/// <summary>A run over two servers on a real store: what a start would find that follows a kill in the middle of the second attempt.</summary>
public sealed class KilledBetweenAttemptsTests
{
    private readonly TestClock _time = new();
    private TemporaryFolder _folder = null!;
    private SqliteSpool _spool = null!;
    private PipelineFixture _relay = null!;
    private Fault _dot = null!;

    [SetUp]
    public async Task Begin()
    {
        _folder = new TemporaryFolder();
        _spool = Open(PathOf("first"));
        var upstreams = new[] { "a", "b" }.ToDictionary(
            static name => name,
            static _ => new UpstreamOptions { Address = "unused:25" },
            StringComparer.OrdinalIgnoreCase
        );
        var group = new GroupOptions { Strategy = "Failover", Upstreams = upstreams };
        _relay = PipelineFixture.With(
            new RelayOptions { Groups = new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase) { ["default"] = group } },
            _spool
        );
        _dot = _relay["b"].On(Stage.Dot).Hold();
        await _relay.Spool.Worker.StartAsync(default);
    }

    [TearDown]
    public async Task End()
    {
        _dot.Release();
        await _relay.Spool.Worker.StopAsync(default);
        await _relay.DisposeAsync();
        await _spool.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task What_one_server_has_is_not_in_the_row_that_names_the_next()
    {
        _relay["a"].On(Stage.Rcpt).For("later@example.net").Reply("450 4.2.1 Busy");

        await StoreAsync("now@example.net", "later@example.net", "too@example.net");
        await _dot.Reached.WaitAsync(TimeSpan.FromSeconds(20));

        var row = (await AfterKillAsync()).Single();
        Assert.That((row.State, row.Upstream), Is.EqualTo((SpoolState.Uncertain, "b")));
        Assert.That(Names(row), Is.EqualTo("later@example.net"));
        _dot.Release();
        await Until.TrueAsync(async () => (await _spool.ListAsync(new QueueFilter(), 10, default)).Count == 0, "all is settled");
        Assert.That(_relay["b"].Accepted.Single().Recipients, Is.EqualTo(new[] { "RCPT TO:<later@example.net>" }));
    }

    [Test]
    public async Task Who_was_refused_for_good_is_bounced_before_the_next_server_is_asked()
    {
        _relay["a"].On(Stage.Rcpt).For("later@example.net").Reply("450 4.2.1 Busy");
        _relay["a"].On(Stage.Rcpt).For("never@example.net").Reply("550 5.1.1 Unknown");

        await StoreAsync("never@example.net", "later@example.net");
        await _dot.Reached.WaitAsync(TimeSpan.FromSeconds(20));

        var rows = await AfterKillAsync();
        Assert.That(rows.Select(static row => row.State), Does.Contain(SpoolState.Failed));
        Assert.That(Names(rows.Single(static row => row.State == SpoolState.Failed)), Is.EqualTo("never@example.net"));
        Assert.That(Names(rows.Single(static row => row.Upstream == "b")), Is.EqualTo("later@example.net"));
    }

    [Test]
    public async Task Who_is_uncertain_at_one_server_keeps_its_name_while_the_next_is_asked()
    {
        _relay["a"].On(Stage.Rcpt).For("later@example.net").Reply("450 4.2.1 Busy");
        _relay["a"].On(Stage.Dot).Disconnect();

        await StoreAsync("perhaps@example.net", "later@example.net");
        await _dot.Reached.WaitAsync(TimeSpan.FromSeconds(20));

        var rows = await AfterKillAsync();
        Assert.That(
            rows.Select(static row => (row.State, row.Upstream, Names(row))),
            Is.EquivalentTo(new[] { (SpoolState.Uncertain, "a", "perhaps@example.net"), (SpoolState.Uncertain, "b", "later@example.net") })
        );
    }

    private async Task StoreAsync(params string[] recipients)
    {
        var message = _relay.Message(recipients);
        var part = new SpoolPart
        {
            Group = "default",
            Recipients = message.Envelope.Recipients,
            DueAt = _time.GetUtcNow(),
            ExpiresAt = _time.GetUtcNow().AddDays(4),
        };
        var entry = new SpoolEntry
        {
            Message = SpooledMessage.Of(message, _time.GetUtcNow()),
            Body = message.Body,
            Parts = [part],
        };
        await _spool.StoreAsync(entry, default);
    }

    /// <summary>The disk as it is at this moment, opened by another process.</summary>
    private async Task<IReadOnlyList<SpoolPart>> AfterKillAsync()
    {
        var copy = PathOf("second");
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        foreach (
            var file in Directory
                .GetFiles(Path.GetDirectoryName(PathOf("first"))!, "spool.db*")
                .Where(static file => !file.EndsWith(".lock", StringComparison.Ordinal))
        )
        {
            File.Copy(file, Path.Combine(Path.GetDirectoryName(copy)!, Path.GetFileName(file)));
        }

        await using var next = Open(copy);
        return [.. (await next.ListAsync(new QueueFilter(), 10, default)).Select(static row => row.Part)];
    }

    private string PathOf(string life) => Path.Combine(_folder.Path, life, "spool.db");

    private static string Names(SpoolPart part) => string.Join(' ', part.Recipients.Select(static recipient => recipient.Path.Text));

    private SqliteSpool Open(string path) =>
        SqliteSpool.Open(
            new RelayOptions
            {
                Spool = new SpoolOptions { Path = path, MinimumFree = 0 },
            },
            new BodyStorage(long.MaxValue, Path.GetTempPath(), _time),
            _time
        );
}
