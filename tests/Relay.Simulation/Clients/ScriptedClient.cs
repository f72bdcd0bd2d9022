using System.Globalization;
using System.Text;
using Relay.Simulation.Engine;
using Relay.Simulation.Model;

namespace Relay.Simulation.Clients;

/// <summary>A client that sends some messages over one session, and may leave at any moment.</summary>
internal sealed class ScriptedClient(int number, Func<World> process, VirtualTime time, Random random, Ledger ledger) : SimulatedClient
{
    private readonly ClientConnection _connection = new();
    private Task _session = Task.CompletedTask;
    private World? _world;
    private bool _isDismissed;
    private bool _isConnected;
    private readonly TaskCompletionSource _broken = new();

    /// <summary>Chance by which messages have recipients where they are kept; null where they are not.</summary>
    public Random? Kept { get; init; }

    public override void Break()
    {
        if (_isConnected && !IsDone)
        {
            _broken.TrySetResult();
            _connection.Break();
        }
    }

    /// <summary>Chance by which recipients go to the other group; null where there is none.</summary>
    public Random? Domains { get; init; }

    public override async Task RunAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(30_000)), time);
        if (random.Next(4) == 0)
        {
            time.After(TimeSpan.FromMilliseconds(random.Next(40_000)), Leave);
        }

        var world = process();
        _world = world;
        if (world.IsStopping)
        {
            IsDone = true;
            return;
        }

        _isConnected = true;
        _session = world.Reception.RunAsync(_connection.RelaySide, null, clientClosed: _connection.Closed);
        await TalkAsync();
        await _connection.CloseAsync();
        await Task.WhenAny(_session, _broken.Task); // a session of a process that was killed never ends
        IsDone = true;
    }

    public override void Dispose() => _connection.Dispose();

    private async Task TalkAsync()
    {
        ExpectCode("220", await ReadReplyAsync());
        ExpectCode("250", await SayAsync("EHLO client.test"));
        var count = random.Next(1, 8);
        for (var index = 0; index < count && IsThere; index++)
        {
            await SendAsync(string.Create(CultureInfo.InvariantCulture, $"c{number}-m{index}"));
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(2) * random.Next(20_000)), time);
        }

        ExpectCode("221", await SayAsync("QUIT"));
    }

    private async Task SendAsync(string id)
    {
        var body = MakeBody(id);
        ledger.Sends(id, body);
        var mail = await SayAsync($"MAIL FROM:<{id}@client.test>");
        if (Kept is not null && mail?.StartsWith("451 4.3.0", StringComparison.Ordinal) == true)
        {
            return; // the disk fails, and nothing can be taken
        }

        ExpectCode("250", mail);
        var accepted = 0;
        for (var recipients = (Kept ?? random).Next(1, 4); recipients > 0; recipients--)
        {
            var isOther = Domains?.Next(3) == 0;
            var address = $"r{recipients}@{(isOther ? Topology.OtherDomain : "example.test")}";
            var reply = await SayAsync($"RCPT TO:<{address}>");
            if (reply?.StartsWith("250", StringComparison.Ordinal) == true)
            {
                accepted++;
                ledger.Routed(id, address, isOther ? Topology.OtherName : "default");
            }
        }

        if (!IsThere)
        {
            return;
        }

        ledger.Check(accepted > 0, $"{id} has no recipient that Relay accepts");
        ExpectCode("354", await SayAsync("DATA"));
        if (_isDismissed)
        {
            return;
        }

        await WriteInPiecesAsync(body.Replace("\r\n.", "\r\n..", StringComparison.Ordinal) + ".\r\n");
        var answer = await ReadReplyAsync();
        if (answer is not null)
        {
            Messages++;
            ledger.Answered(id, answer, _connection.HasLeft);
        }
        else
        {
            ledger.Check(!IsThere, $"{id} is not answered");
        }
    }

    private async Task<string?> SayAsync(string command)
    {
        await _connection.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
        return await ReadReplyAsync();
    }

    private bool IsThere => !_connection.HasLeft && !_isDismissed;

    private async Task<string?> ReadReplyAsync()
    {
        var reply = await _connection.ReadReplyAsync();
        if (reply?.StartsWith("421", StringComparison.Ordinal) == true)
        {
            _isDismissed = true;
            ledger.Check(_world!.IsStopping, $"client {number} is sent away: {reply}");
        }

        return reply;
    }

    private async Task WriteInPiecesAsync(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        for (var start = 0; start < bytes.Length; )
        {
            var length = Math.Min(bytes.Length - start, random.Next(1, 20_000));
            await _connection.WriteAsync(bytes.AsMemory(start, length));
            start += length;
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(5)), time);
        }
    }

    private string MakeBody(string id)
    {
        var body = new StringBuilder($"Subject: {id}\r\n\r\n");
        var lines = random.Next(10) == 0 ? random.Next(1500) : random.Next(20);
        for (var line = 0; line < lines; line++)
        {
            body.Append(random.Next(5) == 0 ? "." : "").Append(CultureInfo.InvariantCulture, $"line {line} of {id}").Append("\r\n");
        }

        return body.ToString();
    }

    private void Leave()
    {
        if (!IsDone)
        {
            ledger.Note($"client {number} leaves");
            _connection.Leave();
        }
    }

    private void ExpectCode(string code, string? reply) =>
        ledger.Check(
            !IsThere || reply?.StartsWith(code, StringComparison.Ordinal) == true,
            $"client {number} reads '{reply}' in place of {code}"
        );
}
