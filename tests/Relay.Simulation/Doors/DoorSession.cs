using System.Net;
using System.Text;
using Relay.Simulation.Engine;
using Relay.Simulation.Model;

namespace Relay.Simulation.Doors;

/// <summary>What the steps of one client's session have in common: the wire, who it is by the rules, and what must hold of every reply.</summary>
internal sealed class DoorSession(int number, DoorConnection connection, World world, VirtualTime time, Random random, Ledger ledger)
{
    private int _errors;

    public int Number { get; } = number;

    public DoorConnection Connection { get; } = connection;

    public Random Random { get; } = random;

    public Ledger Ledger { get; } = ledger;

    public Caller Caller { get; } = new();

    /// <summary>Who Relay takes the peer for by its address, or by the header of a balancer: XCLIENT changes it no more.</summary>
    public IPAddress? Gateway { get; set; }

    /// <summary>A balancer that is not known to speak for a client has no right to speak for another.</summary>
    public bool MaySpeakForOthers { get; set; }

    public DoorRules Rules => world.Door!.Rules;

    public DoorBook Book => world.Door!.Book;

    public TimeSpan Now => time.Now;

    public bool IsStopping => world.IsStopping;

    /// <summary>Relay is right to close without a word, or with a farewell: the client has given it reason to.</summary>
    public bool MayBeClosed { get; set; }

    /// <summary>Relay has said farewell or closed.</summary>
    public bool IsOver { get; private set; }

    public bool IsThere => !Connection.HasLeft && !IsOver;

    public async Task<string?> SayAsync(string command)
    {
        await Connection.WriteAsync(command + "\r\n");
        return await ReadReplyAsync();
    }

    /// <summary>The next reply; null when there is none because the session is over.</summary>
    public async Task<string?> ReadReplyAsync()
    {
        var reply = await Connection.ReadReplyAsync();
        if (reply is null)
        {
            Ledger.Check(Connection.HasLeft || MayBeClosed || IsOver, $"client {Number} is cut off without a word");
            IsOver = true;
            return null;
        }

        _errors += reply[0] == '5' ? 1 : 0;
        if (Is(reply, "421"))
        {
            IsOver = true;
            Ledger.Check(MayBeClosed || IsDue(reply), $"client {Number} is sent away: {reply}");
        }

        return reply;
    }

    public void Expect(string code, string? reply) =>
        Ledger.Check(!IsThere || Is(reply, code), $"client {Number} reads '{reply}' in place of {code}");

    public void Refused(string what, string? reply) => Ledger.Check(false, $"client {Number} reads '{reply}' to {what}");

    public static bool Is(string? reply, string code) => reply?.StartsWith(code, StringComparison.Ordinal) == true;

    public Task WaitAsync(TimeSpan pause) => Task.Delay(pause, time);

    /// <summary>Writes in pieces of any size, with pauses between them.</summary>
    public async Task WriteInPiecesAsync(string text, int largest = 20_000)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        for (var start = 0; start < bytes.Length && IsThere; )
        {
            var length = Math.Min(bytes.Length - start, Random.Next(1, largest));
            await Connection.WriteAsync(bytes.AsMemory(start, length));
            start += length;
            await WaitAsync(TimeSpan.FromMilliseconds(Random.Next(5)));
        }
    }

    /// <summary>Hangs up now.</summary>
    public async Task LeaveAsync()
    {
        time.After(TimeSpan.Zero, Connection.Leave);
        await WaitAsync(TimeSpan.FromMilliseconds(1));
    }

    private bool IsDue(string reply) =>
        (reply.Contains("Shutting down", StringComparison.Ordinal) && IsStopping)
        || (reply.Contains("Too many errors", StringComparison.Ordinal) && _errors >= Rules.Limits.Errors)
        || reply.Contains("from your network", StringComparison.Ordinal) // the book says whether it is true
        || reply.Contains("failed logins", StringComparison.Ordinal);
}
