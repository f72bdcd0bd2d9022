using Microsoft.Extensions.Logging;
using Relay.Core.Configuration;
using Relay.Core.Reception.Tls;
using Relay.TestKit;

namespace Relay.Tests.Reception.Tls;

internal sealed class ServerCertificatesTests
{
    private Logger _log = null!;
    private TestClock _time = null!;
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Create()
    {
        _log = new Logger();
        _time = new TestClock(TimeProvider.System.GetUtcNow());
        _folder = new TemporaryFolder();
    }

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void A_changed_file_is_read_again_and_an_unchanged_one_is_not()
    {
        var store = Open(Write("one.example.com"));
        var first = store.Current;
        store.Refresh();
        Assert.That(store.Current, Is.SameAs(first), "tickets of clients stay good");

        Write("two.example.com");
        store.Refresh();

        Assert.That(Names(store), Is.EqualTo(["two.example.com"]));
    }

    [Test]
    public void What_cannot_be_used_replaces_nothing_and_is_told_once()
    {
        var store = Open(Write("one.example.com"));
        _folder.Write("relay.pem", "-----BEGIN CERTIFICATE-----\nrubbish\n-----END CERTIFICATE-----\n");

        store.Refresh();
        store.Refresh();

        Assert.That(Names(store), Is.EqualTo(["one.example.com"]));
        Assert.That(_log.Lines.Where(line => line.Contains("not reloaded", StringComparison.Ordinal)).ToArray(), Has.Length.EqualTo(1));
        Write("two.example.com");
        store.Refresh();
        Assert.That(Names(store), Is.EqualTo(["two.example.com"]), "and the next good one does");
    }

    [Test]
    public void A_key_of_another_certificate_replaces_nothing()
    {
        using var one = TestCertificate.Create(["one.example.com"]);
        using var two = TestCertificate.Create(["two.example.com"]);
        var options = new CertificateOptions
        {
            Path = _folder.Write("relay.crt", one.ExportCertificatePem()),
            KeyPath = _folder.Write("relay.key", TestCertificate.KeyPem(one)),
        };
        var store = Open(options);

        _folder.Write("relay.crt", two.ExportCertificatePem());
        store.Refresh();
        Assert.That(Names(store), Is.EqualTo(["one.example.com"]), "the key has not come yet");

        _folder.Write("relay.key", TestCertificate.KeyPem(two));
        store.Refresh();
        Assert.That(Names(store), Is.EqualTo(["two.example.com"]));
    }

    [Test]
    public void A_certificate_that_ends_soon_is_warned_of_once_a_day()
    {
        var store = Open(Write("one.example.com", TimeSpan.FromDays(3)));
        store.WarnOfExpiry();
        Assert.That(Warnings("expires at"), Has.Length.EqualTo(1));

        _time.Advance(TimeSpan.FromDays(1));
        store.WarnOfExpiry();
        Assert.That(Warnings("expires at"), Has.Length.EqualTo(2));

        _time.Advance(TimeSpan.FromDays(3));
        store.WarnOfExpiry();
        Assert.That(Warnings("has expired"), Has.Length.EqualTo(1));
    }

    [Test]
    public void One_that_lasts_is_not_warned_of()
    {
        Open(Write("one.example.com", TimeSpan.FromDays(15))).WarnOfExpiry();

        Assert.That(Warnings("expire"), Is.Empty);
    }

    private CertificateOptions Write(string name, TimeSpan? validFor = null)
    {
        using var certificate = TestCertificate.Create([name], validFor: validFor ?? TimeSpan.FromDays(90));
        return new CertificateOptions { Path = _folder.Write("relay.pem", TestCertificate.Pem(certificate)) };
    }

    private ServerCertificates Open(CertificateOptions certificate) =>
        new(new RelayOptions { Tls = new TlsOptions { Certificates = [certificate] } }, _time, _log);

    private string[] Warnings(string text) => [.. _log.Lines.Where(line => line.Contains(text, StringComparison.Ordinal))];

    private static IEnumerable<string> Names(ServerCertificates store) =>
        store.Current.Certificates.All.SelectMany(certificate => certificate.Names);

    private sealed class Logger : ILogger<ServerCertificates>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Lines.Add(formatter(state, exception));
    }
}
