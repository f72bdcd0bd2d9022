namespace Relay.TestKit;

/// <summary>
/// One thing a <see cref="ScriptedUpstream"/> does differently, as a sentence: <c>upstream.On(Stage.Rcpt).For("a@example.com").Reply("451 busy").Times(2)</c>.
/// Without an action it only holds (<see cref="Hold"/>), then goes on as usual.
/// </summary>
public sealed class Fault
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _gate;
    private int _skip;
    private int _times = int.MaxValue;
    private Func<bool>? _condition;

    internal Fault(Stage stage) => Stage = stage;

    /// <summary>Completes when the upstream has come to this point for the first time.</summary>
    public Task Reached => _reached.Task;

    internal Stage Stage { get; }

    internal string? Recipient { get; private set; }

    internal FaultAction Action { get; private set; } = FaultAction.Usual;

    internal string Text { get; private set; } = "";

    internal bool IsBytewise { get; private set; }

    internal FaultAction Afterwards { get; private set; } = FaultAction.Usual;

    internal long Bytes { get; private set; }

    internal Task Gate => _gate?.Task ?? Task.CompletedTask;

    /// <summary>Replies this; lines are separated by <c>\n</c>, each written whole (<c>451-first\n451 second</c>).</summary>
    public Fault Reply(string reply) => Do(FaultAction.Reply, reply);

    /// <summary>Closes the connection without a reply.</summary>
    public Fault Disconnect() => Do(FaultAction.Disconnect);

    /// <summary>Resets the connection (RST).</summary>
    public Fault Reset() => Do(FaultAction.Reset);

    /// <summary>Sends these characters as they are, no line end added.</summary>
    public Fault Garbage(string raw) => Do(FaultAction.Garbage, raw);

    /// <summary>Says nothing any more, but keeps the connection.</summary>
    public Fault Silence() => Do(FaultAction.Silence);

    /// <summary>Waits for <see cref="Release"/> before it does anything.</summary>
    public Fault Hold()
    {
        _gate ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return this;
    }

    /// <summary>Opens the gate of <see cref="Hold"/> for good.</summary>
    public void Release() => _gate?.TrySetResult();

    /// <summary>Closes the connection after the reply, as a server does after 421.</summary>
    public Fault ThenDisconnect()
    {
        Afterwards = FaultAction.Disconnect;
        return this;
    }

    /// <summary>Writes the reply one byte at a time.</summary>
    public Fault Bytewise()
    {
        IsBytewise = true;
        return this;
    }

    /// <summary>Only for this recipient.</summary>
    public Fault For(string recipient)
    {
        Recipient = recipient;
        return this;
    }

    /// <summary>Only where this is so, asked for each time the upstream comes to this point: one after the other, never at once.</summary>
    public Fault When(Func<bool> condition)
    {
        _condition = condition;
        return this;
    }

    /// <summary>So many times; without it, always.</summary>
    public Fault Times(int count)
    {
        _times = count;
        return this;
    }

    /// <summary>Not the first so many times.</summary>
    public Fault Skip(int count)
    {
        _skip = count;
        return this;
    }

    /// <summary>With <see cref="Stage.Body"/>: after so many bytes of it.</summary>
    public Fault AfterBytes(long count)
    {
        Bytes = count;
        return this;
    }

    /// <summary>Whether it applies now; counts. The caller holds the lock of the script.</summary>
    internal bool Applies(Stage stage, string? recipient)
    {
        if (stage != Stage || (Recipient is not null && !string.Equals(Recipient, recipient, StringComparison.Ordinal)))
        {
            return false;
        }

        if (_skip > 0)
        {
            _skip--;
            return false;
        }

        return _times > 0 && _condition?.Invoke() != false && _times-- > 0;
    }

    internal void MarkReached() => _reached.TrySetResult();

    private Fault Do(FaultAction action, string text = "")
    {
        (Action, Text) = (action, text);
        return this;
    }
}

internal enum FaultAction
{
    Usual,
    Reply,
    Garbage,
    Disconnect,
    Reset,
    Silence,
}
