using System.Globalization;
using System.Text;
using Relay.Simulation.Clients;
using Relay.Simulation.Engine;
using Relay.Simulation.Model;

namespace Relay.Simulation.Day;

/// <summary>
/// The applications of a day: whatever they have goes into one outbox, and as many sessions as it takes, up to a bound, hand it to Relay. What is not answered 250
/// they send again.
/// </summary>
internal sealed class DayApplication(Func<World> process, VirtualTime time, Pump pump, Ledger ledger)
{
    private const int MostSessions = 600;
    private const string Recipient = "r@example.test";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Queue<string> _outbox = new();
    private readonly List<ClientConnection> _connections = [];
    private TaskCompletionSource _broken = new();
    private bool _isRelayThere = true;
    private int _sessions;

    /// <summary>Messages that were answered 250.</summary>
    public int Answered { get; private set; }

    /// <summary>Answers other than 250, and none at all.</summary>
    public int Unanswered { get; private set; }

    /// <summary>An application has one more message.</summary>
    public void Have(int number) => Put(string.Create(CultureInfo.InvariantCulture, $"d{number}"));

    /// <summary>Relay is killed.</summary>
    public void Break()
    {
        _isRelayThere = false;
        _connections.ForEach(static connection => connection.Break());
        _broken.TrySetResult();
    }

    /// <summary>Relay is there again.</summary>
    public void Resume()
    {
        (_isRelayThere, _broken) = (true, new TaskCompletionSource());
        while (_sessions < Math.Min(_outbox.Count, MostSessions))
        {
            Open();
        }
    }

    private void Put(string id)
    {
        _outbox.Enqueue(id);
        if (_isRelayThere && _sessions < MostSessions)
        {
            Open();
        }
    }

    private void Open()
    {
        _sessions++;
        pump.Start(TalkAsync, failure => ledger.Check(false, failure.ToString()));
    }

    private async Task TalkAsync()
    {
        using var connection = new ClientConnection();
        _connections.Add(connection);
        var (broken, world) = (_broken.Task, process());
        var session = world.Reception.RunAsync(connection.RelaySide, null, clientClosed: connection.Closed);
        await connection.ReadReplyAsync();
        await SayAsync(connection, "EHLO app.test");
        while (!connection.HasLeft && _outbox.TryDequeue(out var id))
        {
            if (!await TrySendAsync(connection, id))
            {
                Unanswered++;
                time.After(Pause, () => Put(id + "r")); // sent anew: a copy that Relay has, and did not tell of, is another message
            }
        }

        _sessions--;
        _connections.Remove(connection);
        await SayAsync(connection, "QUIT");
        await connection.CloseAsync();
        await Task.WhenAny(session, broken); // a session of a process that was killed never ends
    }

    private async Task<bool> TrySendAsync(ClientConnection connection, string id)
    {
        var body = $"Subject: {id}\r\n\r\nMail of a day.\r\n";
        ledger.Sends(id, body);
        await WriteAsync(connection, $"MAIL FROM:<{id}@app.test>\r\nRCPT TO:<{Recipient}>\r\nDATA\r\n");
        var (mail, recipient) = (await connection.ReadReplyAsync(), await connection.ReadReplyAsync());
        if (!Is(recipient, "250"))
        {
            await connection.ReadReplyAsync();
            ledger.Note($"{id} is put off: {mail} {recipient}");
            return false;
        }

        ledger.Routed(id, Recipient, "default");
        await connection.ReadReplyAsync();
        await WriteAsync(connection, body + ".\r\n");
        if (await connection.ReadReplyAsync() is not { } answer)
        {
            return false;
        }

        ledger.Answered(id, answer, connection.HasLeft);
        Answered += Is(answer, "250") ? 1 : 0;
        return Is(answer, "250");
    }

    private static async Task SayAsync(ClientConnection connection, string command)
    {
        await WriteAsync(connection, command + "\r\n");
        await connection.ReadReplyAsync();
    }

    private static Task WriteAsync(ClientConnection connection, string text) => connection.WriteAsync(Encoding.ASCII.GetBytes(text));

    private static bool Is(string? reply, string code) => reply?.StartsWith(code, StringComparison.Ordinal) == true;
}
