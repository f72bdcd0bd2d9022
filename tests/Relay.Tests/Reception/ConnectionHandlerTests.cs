using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Relay.Core.Reception;
using Relay.Core.Reception.Access;

namespace Relay.Tests.Reception;

internal sealed class ConnectionHandlerTests : ReceptionFixture
{
    private readonly ConnectionLimiter _limiter = new();

    [TearDown]
    public void EveryPlaceIsGivenBack() => Assert.That(_limiter.Count, Is.Zero);

    [Test]
    public async Task A_connection_too_many_is_told_so_and_closed()
    {
        Limit(limits => limits with { Connections = 1 });
        var handler = new SmtpConnectionHandler(_limiter) { Service = new SmtpService(Settings, Registry, Log) };
        await using var first = Connect(handler, "127.0.0.1");
        Assert.That(await first.ReadReplyAsync(), Does.StartWith("220 "));

        Assert.That(await Connect(handler, "127.0.0.2").ReadToEndAsync(), Does.StartWith("421 4.3.2 "));

        await first.SayAsync("QUIT");
        await first.ReadToEndAsync();
        await using var next = Connect(handler, "127.0.0.2");
        Assert.That(await next.ReadReplyAsync(), Does.StartWith("220 "), "there is room again");
    }

    [Test]
    public async Task One_client_cannot_take_all_connections()
    {
        Limit(limits => limits with { ConnectionsPerClient = 1 });
        var handler = new SmtpConnectionHandler(_limiter) { Service = new SmtpService(Settings, Registry, Log) };
        await using var first = Connect(handler, "::ffff:127.0.0.1");
        await first.ReadReplyAsync();

        Assert.That(await Connect(handler, "127.0.0.1").ReadToEndAsync(), Does.StartWith("421 4.7.0 "));

        await using var other = Connect(handler, "127.0.0.2");
        Assert.That(await other.ReadReplyAsync(), Does.StartWith("220 "));
    }

    [Test]
    public async Task New_settings_are_for_new_connections()
    {
        var handler = new SmtpConnectionHandler(_limiter) { Service = new SmtpService(Settings, Registry, Log) };
        await using var before = Connect(handler, "127.0.0.1");
        await before.ReadReplyAsync();

        handler.Service = new SmtpService(Settings with { HostName = "renamed.example.com" }, Registry, Log);

        Assert.That(await before.SayAsync("HELO me"), Is.EqualTo("250 relay.example.com"));
        await using var after = Connect(handler, "127.0.0.1");
        Assert.That(await after.ReadReplyAsync(), Does.StartWith("220 renamed.example.com "));
    }

    [Test]
    public async Task A_unix_socket_has_no_address_and_no_right()
    {
        var handler = new SmtpConnectionHandler(_limiter) { Service = new SmtpService(Settings, Registry, Log) };
        await using var client = Connect(handler, address: null);
        await client.ReadReplyAsync();
        await client.SayAllAsync("EHLO me", "MAIL FROM:<a@example.com>");

        Assert.That(await client.SayAsync("RCPT TO:<b@example.com>"), Does.StartWith("550 5.7.1 "));
    }

    private TestClient Connect(SmtpConnectionHandler handler, string? address) =>
        Connect(pipe => ServeAsync(handler, pipe, address is null ? null : IPAddress.Parse(address)));

    private static async Task ServeAsync(SmtpConnectionHandler handler, IDuplexPipe pipe, IPAddress? address)
    {
        await using var connection = new DefaultConnectionContext("test")
        {
            Transport = pipe,
            RemoteEndPoint = address is null ? null : new IPEndPoint(address, 1234),
        };
        await handler.OnConnectedAsync(connection);
    }
}
