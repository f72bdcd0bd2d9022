using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Relay.Core.Configuration;
using Relay.Core.Configuration.Loading;
using Relay.TestKit;

namespace Relay.Tests.Configuration.Loading;

public sealed class CertificateFileTests
{
    private const string Key = "Relay:Tls:Certificates:0";

    private readonly List<ConfigurationError> _errors = [];
    private TemporaryFolder _folder = null!;
    private X509Certificate2 _certificate = null!;

    [SetUp]
    public void Create()
    {
        _folder = new TemporaryFolder();
        _certificate = TestCertificate.Create(["localhost"]);
        _errors.Clear();
    }

    [TearDown]
    public void Delete()
    {
        _certificate.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void Certificate_and_key_may_lie_in_one_PEM_file() =>
        AssertRead(new CertificateOptions { Path = _folder.Write("a.pem", TestCertificate.Pem(_certificate)) });

    [Test]
    public void Or_in_two() =>
        AssertRead(
            new CertificateOptions
            {
                Path = _folder.Write("a.crt", _certificate.ExportCertificatePem()),
                KeyPath = _folder.Write("a.key", TestCertificate.KeyPem(_certificate)),
            }
        );

    [Test]
    public void A_key_may_be_encrypted_and_its_password_lie_in_a_file()
    {
        using var key = _certificate.GetECDsaPrivateKey()!;
        var encrypted = key.ExportEncryptedPkcs8PrivateKeyPem(
            "päss word",
            new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)
        );

        AssertRead(
            new CertificateOptions
            {
                Path = _folder.Write("a.crt", _certificate.ExportCertificatePem()),
                KeyPath = _folder.Write("a.key", encrypted),
                PasswordFile = _folder.Write("password", "päss word\n"),
            }
        );
    }

    [Test]
    public void A_PFX_file_holds_both_whatever_its_name_is()
    {
        var path = Path.Combine(_folder.Path, "relay.cert");
        File.WriteAllBytes(path, _certificate.Export(X509ContentType.Pfx, "secret"));

        AssertRead(new CertificateOptions { Path = path, PasswordFile = _folder.Write("password", "secret\n") });
    }

    [TestCase("Path", "missing.pem", null, null)]
    [TestCase("Path", "certificate", null, null)]
    [TestCase("Path", "certificate", "other", null)]
    [TestCase("Path", "rubbish", null, null)]
    [TestCase("Path", "pfx", null, null)]
    [TestCase("KeyPath", "certificate", "missing.key", null)]
    [TestCase("PasswordFile", "pfx", null, "missing")]
    public void What_is_wrong_is_said_with_its_key(string key, string path, string? keyPath, string? passwordFile)
    {
        using var other = TestCertificate.Create(["localhost"]);
        _folder.Write("certificate", _certificate.ExportCertificatePem());
        _folder.Write("other", TestCertificate.KeyPem(other));
        _folder.Write("rubbish", "rubbish");
        File.WriteAllBytes(Path.Combine(_folder.Path, "pfx"), _certificate.Export(X509ContentType.Pfx, "secret"));

        var read = CertificateFile.Read(
            new CertificateOptions
            {
                Path = Path.Combine(_folder.Path, path),
                KeyPath = keyPath is null ? null : Path.Combine(_folder.Path, keyPath),
                PasswordFile = passwordFile is null ? null : Path.Combine(_folder.Path, passwordFile),
            },
            Key,
            _errors
        );

        Assert.That(read, Is.Null);
        Assert.That(_errors.Select(error => error.Key), Is.EqualTo([$"{Key}:{key}"]));
        Assert.That(_errors[0].ToString(), Does.Not.Contain("secret"));
    }

    [Test]
    public void A_file_of_authorities_holds_certificates()
    {
        var path = _folder.Write("authorities.pem", _certificate.ExportCertificatePem());
        Assert.That(CertificateFile.ReadAuthorities(path, "key", _errors), Has.Count.EqualTo(1));
        Assert.That(_errors, Is.Empty);

        CertificateFile.ReadAuthorities(_folder.Write("rubbish", "rubbish"), "key", _errors);
        CertificateFile.ReadAuthorities(path + "-missing", "key", _errors);

        Assert.That(_errors.Select(error => error.Key), Is.EqualTo(["key", "key"]));
    }

    private void AssertRead(CertificateOptions options)
    {
        using var read = CertificateFile.Read(options, Key, _errors);

        Assert.That(_errors, Is.Empty);
        Assert.That(read!.Certificate.HasPrivateKey, Is.True);
        Assert.That(read.Certificate.RawData, Is.EqualTo(_certificate.RawData));
    }
}
