using Relay.Core.Smtp;

namespace Relay.Tests.Smtp;

[CancelAfter(60_000)]
internal sealed class InProcessConnectionTests
{
    [Test]
    public async Task What_one_side_writes_the_other_reads(CancellationToken cancellationToken)
    {
        var connection = InProcessConnection.Create();
        await using var client = connection.Client;

        await client.WriteAsync("hello"u8.ToArray(), cancellationToken);
        var atServer = await connection.Server.Input.ReadAsync(cancellationToken);
        Assert.That(atServer.Buffer.FirstSpan.SequenceEqual("hello"u8));
        connection.Server.Input.AdvanceTo(atServer.Buffer.End);

        await connection.Server.Output.WriteAsync("you"u8.ToArray(), cancellationToken);
        var buffer = new byte[10];
        Assert.That(await client.ReadAsync(buffer, cancellationToken), Is.EqualTo(3));
        Assert.That(buffer.AsSpan(0, 3).SequenceEqual("you"u8));
    }

    [Test]
    public async Task Each_side_sees_that_the_other_has_hung_up(CancellationToken cancellationToken)
    {
        var connection = InProcessConnection.Create();

        await connection.Server.Output.CompleteAsync();
        Assert.That(await connection.Client.ReadAsync(new byte[10], cancellationToken), Is.Zero);

        await connection.Client.DisposeAsync();
        Assert.That((await connection.Server.Input.ReadAsync(cancellationToken)).IsCompleted);
    }
}
