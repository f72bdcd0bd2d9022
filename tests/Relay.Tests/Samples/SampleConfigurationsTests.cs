using System.Security.Cryptography.X509Certificates;
using Relay.Core.Configuration;
using Relay.Core.Configuration.Loading;
using Relay.Core.Dispatch.LoadBalancing;
using Relay.TestKit;

namespace Relay.Tests.Samples;

/// <summary>What people copy must be right.</summary>
public sealed class SampleConfigurationsTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [TestCaseSource(nameof(Samples))]
    public void A_sample_is_valid(string name)
    {
        var path = _folder.Write(name, File.ReadAllText(Path.Combine(Repository.Root, "samples", "configurations", name)));
        WriteCertificates();
        foreach (var secret in new[] { "smtp.example.com", "smtp.example.net", "admin-token", "office365", "ses", "sendgrid" })
        {
            _folder.Write(Path.Combine("secrets", secret), "secret\n");
        }

        _folder.Write(Path.Combine("secrets", "database"), "Host=db1,db2;Database=relay;Username=relay;Password=secret\n");
        _folder.Write(Path.Combine("secrets", "wiki.hash"), PasswordHash.Of("secret"u8, [1], PasswordHash.LeastIterations).Format() + "\n");

        Assert.That(Load(path).Errors, Is.Empty);
    }

    [Test]
    public void The_password_hash_of_the_sample_is_that_of_the_password_it_names()
    {
        var sample = File.ReadAllText(Path.Combine(Repository.Root, "samples", "configurations", "users.json"));
        var text = sample.Split('"').Single(word => word.StartsWith("SCRAM-SHA-256$", StringComparison.Ordinal));

        Assert.That(PasswordHash.TryParse(text, out var hash), Is.True);
        Assert.That(hash!.Matches("example"u8), Is.True);
    }

    [Test]
    public void The_shipped_configuration_balances_over_two_embedded_mailboxes_on_loopback()
    {
        var options = Load(Path.Combine(Repository.Root, "appsettings.json")).Options!;

        Assert.That(options.Listeners.Values.Select(listener => listener.Address), Is.EqualTo(["127.0.0.1:2525"]));
        Assert.That(options.Admin.Address, Is.EqualTo("127.0.0.1:8025"));
        var group = options.Groups.Values.Single();
        Assert.That(group.Strategy, Is.EqualTo("RoundRobin"));
        Assert.That(group.Upstreams.Keys, Is.EquivalentTo(["mailbox-a", "mailbox-b"]));
        Assert.That(group.Upstreams.Values.Select(upstream => upstream.Kind), Is.All.EqualTo(UpstreamKind.Capture));
    }

    [Test]
    public void Every_sample_is_listed()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "samples", "configurations", "README.md"));

        Assert.That(Samples().Where(name => !readme.Contains($"[{name}]({name})", StringComparison.Ordinal)), Is.Empty);
    }

    private void WriteCertificates()
    {
        using var certificate = TestCertificate.Create(["relay.example.com"]);
        _folder.Write(Path.Combine("secrets", "relay.example.com.pem"), certificate.ExportCertificatePem());
        _folder.Write(Path.Combine("secrets", "relay.example.com.key"), TestCertificate.KeyPem(certificate));
        _folder.Write(Path.Combine("secrets", "relay.example.com-rsa.pem"), TestCertificate.Pem(certificate));
        _folder.Write(Path.Combine("secrets", "relay.example.net"), "secret\n");
        File.WriteAllBytes(
            Path.Combine(_folder.Path, "secrets", "relay.example.net.pfx"),
            certificate.Export(X509ContentType.Pfx, "secret")
        );
        _folder.Write(Path.Combine("secrets", "partners-ca.pem"), certificate.ExportCertificatePem());
    }

    private static IEnumerable<string> Samples() =>
        Directory.GetFiles(Path.Combine(Repository.Root, "samples", "configurations"), "*.json").Select(path => Path.GetFileName(path));

    private static ConfigurationResult Load(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        return new ConfigurationLoader(StrategyRegistry.Names).Load(
            new ConfigurationSources
            {
                File = path,
                CurrentFolder = folder,
                ProgramFolder = folder,
            }
        );
    }
}
