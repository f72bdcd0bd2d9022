using System.Buffers;
using System.Net.Security;
using System.Security.Authentication;
using Relay.Core.Reception.Tls;
using Relay.Core.Smtp;

namespace Relay.Tests.Reception.Tls;

/// <summary>On what the TLS library of this machine really sends, and on what somebody makes up.</summary>
internal sealed class ClientHelloTests
{
    [TestCase(SslProtocols.Tls12)]
    [TestCase(SslProtocols.Tls13)]
    public async Task Name_and_ECDSA_are_found_whole_and_split_at_every_byte(SslProtocols version)
    {
        var record = await RecordAsync("mail.example.com", version);

        for (var length = 1; length < record.Length; length++)
        {
            Assert.That(ClientHello.TryRead(new(record.AsMemory(0, length)), out _), Is.False, $"{length} bytes");
        }

        Assert.That(ClientHello.TryRead(new(record), out var hello), Is.True);
        Assert.That(hello, Is.EqualTo(new ClientHello("mail.example.com", TakesEcdsa: true)));
    }

    [Test]
    public async Task A_client_that_asks_for_no_name_has_none()
    {
        var record = await RecordAsync("", SslProtocols.Tls13);

        Assert.That(ClientHello.TryRead(new(record), out var hello), Is.True);
        Assert.That(hello.ServerName, Is.Null);
    }

    [Test]
    public async Task Whatever_is_cut_or_changed_is_read_without_harm()
    {
        var record = await RecordAsync("mail.example.com", SslProtocols.Tls13);
        var random = new Random(1);
        for (var round = 0; round < 20_000; round++)
        {
            var changed = record.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            var length = random.Next(changed.Length + 1);

            Assert.That(() => ClientHello.TryRead(new(changed.AsMemory(0, length)), out _), Throws.Nothing);
        }
    }

    [TestCase("EHLO me\r\n")]
    [TestCase("\x15\x03\x01\x00\x02\x02\x28")]
    [TestCase("\x16\x03\x01\x7f\xff")]
    public void What_is_no_handshake_is_not_waited_for(string text)
    {
        var bytes = text.Select(character => (byte)character).ToArray();

        Assert.That(ClientHello.TryRead(new(bytes), out var hello), Is.True);
        Assert.That(hello, Is.EqualTo(new ClientHello(null, TakesEcdsa: false)));
    }

    /// <summary>The first record of a handshake that nobody answers.</summary>
    private static async Task<byte[]> RecordAsync(string name, SslProtocols version)
    {
        var connection = InProcessConnection.Create();
        await using var tls = new SslStream(connection.Client);
        var handshake = tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = name, EnabledSslProtocols = version }
        );
        var result = await connection.Server.Input.ReadAtLeastAsync(100);
        var record = result.Buffer.ToArray();
        await connection.Server.Input.CompleteAsync();
        await connection.Server.Output.CompleteAsync();
        Assert.That(async () => await handshake, Throws.InstanceOf<IOException>());
        return record;
    }
}
