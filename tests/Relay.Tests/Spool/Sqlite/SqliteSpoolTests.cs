using Microsoft.Data.Sqlite;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Spool.Sqlite;

namespace Relay.Tests.Spool.Sqlite;

internal sealed class SqliteSpoolTests : SpoolContract
{
    private TemporaryFolder _folder = null!;
    private SqliteSpool _spool = null!;

    [SetUp]
    public void OpenFirst()
    {
        _folder = new TemporaryFolder();
        _spool = Open();
    }

    protected override IMessageSpool Spool => _spool;

    private string File => System.IO.Path.Combine(_folder.Path, "data", "spool.db");

    private string Bodies => File + ".bodies";

    [TearDown]
    public async Task Close()
    {
        await _spool.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Files_without_a_row_are_swept_at_the_start_and_others_stay()
    {
        var kept = Entry(new string('x', 40_000));
        await Spool.StoreAsync(kept, default);
        var orphan = System.IO.Path.Combine(Bodies, Entry("x").Message.Id + ".body");
        await System.IO.File.WriteAllTextAsync(orphan, "left by a kill");

        await ReopenAsync();

        Assert.That(
            Directory.GetFiles(Bodies).Select(System.IO.Path.GetFileNameWithoutExtension),
            Is.EqualTo(new[] { kept.Message.Id.ToString() })
        );
    }

    [Test]
    public async Task A_large_body_is_deleted_with_its_last_row()
    {
        var lease = await StoreAndClaimAsync(Entry(new string('x', 40_000)));
        Assert.That(Directory.GetFiles(Bodies), Has.Length.EqualTo(1));

        await Spool.SettleAsync(lease, new Settlement(), default);

        Assert.That(Directory.GetFiles(Bodies), Is.Empty);
    }

    [Test]
    public async Task A_large_body_that_is_gone_is_told_from_a_disk_that_fails()
    {
        var entry = Entry(new string('x', 40_000));
        await Spool.StoreAsync(entry, default);
        System.IO.File.Delete(Directory.GetFiles(Bodies).Single());

        Assert.That(async () => await Spool.OpenBodyAsync(entry.Message, default), Throws.TypeOf<BodyLostException>());
    }

    [Test]
    public async Task A_body_that_cannot_be_written_stores_nothing()
    {
        Directory.Delete(Bodies, recursive: true);

        Assert.That(
            async () => await Spool.StoreAsync(Entry(new string('x', 40_000)), default),
            Throws.TypeOf<SpoolUnavailableException>()
        );

        Assert.That(await Spool.ListAsync(new QueueFilter(), 10, default), Is.Empty);
    }

    [Test]
    public async Task A_write_that_fails_does_not_take_its_neighbours_with_it()
    {
        var entry = Entry("x");
        entry = entry with { Parts = [entry.Parts[0], entry.Parts[0] with { Group = "other" }] };
        await Spool.StoreAsync(entry, default);

        var again = Spool.StoreAsync(entry, default).AsTask(); // its body is there already
        var others = Enumerable.Range(0, 20).Select(number => StoreAsync($"s{number}")).ToList();

        Assert.That(async () => await again, Throws.TypeOf<SpoolUnavailableException>());
        await Task.WhenAll(others);
        Assert.That(Spool.Statistics.Waiting, Is.EqualTo(22));
    }

    [Test]
    public async Task The_limits_are_told()
    {
        await _spool.DisposeAsync();
        _spool = Open(
            new SpoolOptions
            {
                Path = File,
                MaximumMessages = 2,
                MinimumFree = 0,
            }
        );
        await StoreAsync("a");
        Assert.That(Spool.Condition.WhyFull, Is.Null);
        await StoreAsync("b");
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(Spool.Condition.WhyFull, Is.EqualTo("the spool holds 2 messages"));

        await _spool.DisposeAsync();
        _spool = Open(
            new SpoolOptions
            {
                Path = File,
                MaximumSize = 2,
                MinimumFree = 0,
            }
        );
        Assert.That(Spool.Condition.WhyFull, Is.EqualTo("the spool holds 2 bytes"));

        await _spool.DisposeAsync();
        _spool = Open(new SpoolOptions { Path = File, MinimumFree = long.MaxValue });
        Assert.That(Spool.Condition.WhyFull, Is.EqualTo("the disk of the spool is nearly full"));
    }

    [Test]
    public async Task A_second_process_is_kept_out()
    {
        Assert.That(() => Open(), Throws.TypeOf<SpoolOpenException>().With.Message.Contains("in use by another process"));
        await StoreAsync("a");
        Assert.That(Spool.Statistics.Waiting, Is.EqualTo(1), "the first goes on");
    }

    [Test]
    public async Task A_damaged_file_is_an_error_and_stays_as_it_is()
    {
        await _spool.DisposeAsync();
        var bytes = Enumerable.Range(0, 5000).Select(static index => (byte)index).ToArray();
        await System.IO.File.WriteAllBytesAsync(File, bytes);

        Assert.That(() => Open(), Throws.TypeOf<SpoolOpenException>().With.Message.Contains("is damaged"));

        Assert.That(await System.IO.File.ReadAllBytesAsync(File), Is.EqualTo(bytes));
    }

    [Test]
    public async Task A_newer_schema_is_an_error()
    {
        await ExecuteAsync("PRAGMA user_version = 99");

        Assert.That(() => Open(), Throws.TypeOf<SpoolOpenException>().With.Message.Contains("newer version of Relay (schema 99"));
    }

    [Test]
    public async Task Another_database_is_no_spool()
    {
        await ExecuteAsync("PRAGMA application_id = 7");

        Assert.That(() => Open(), Throws.TypeOf<SpoolOpenException>().With.Message.Contains("no spool of Relay"));
    }

    [Test]
    public void A_folder_that_cannot_be_made_is_an_error() =>
        Assert.That(
            () => Open(new SpoolOptions { Path = "/proc/relay/spool.db" }),
            Throws.TypeOf<SpoolOpenException>().With.Message.Contains("/proc/relay")
        );

    private async Task ExecuteAsync(string sql)
    {
        await _spool.DisposeAsync();
        await using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Statements of these tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    protected override Task PurgeAsync() => _spool.PurgeAsync();

    protected override async Task ReopenAsync()
    {
        await _spool.DisposeAsync();
        _spool = Open();
    }

    private SqliteSpool Open(SpoolOptions? options = null) =>
        SqliteSpool.Open(
            new RelayOptions { Spool = options ?? new SpoolOptions { Path = File, MinimumFree = 0 } },
            new BodyStorage(long.MaxValue, System.IO.Path.GetTempPath(), Time),
            Time
        );
}
