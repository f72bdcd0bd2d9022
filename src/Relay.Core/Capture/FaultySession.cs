using System.IO.Pipelines;
using System.Text;
using Relay.Core.Configuration;

namespace Relay.Core.Capture;

/// <summary>
/// Stands between a client and an embedded mailbox and makes the dialogue fail as the faults say. Command by command: it passes one on, waits for the answer and passes
/// that on, so that it knows at any moment what is being answered, whatever the client has sent ahead.
/// </summary>
/// <param name="client">The client's connection; it ends with this session.</param>
/// <param name="open">Makes a connection to the mailbox.</param>
/// <param name="faults">What goes wrong.</param>
/// <param name="time">Measures delays.</param>
internal sealed class FaultySession(IDuplexPipe client, Func<Stream> open, FaultPlan faults, TimeProvider time) : IAsyncDisposable
{
    private readonly FaultyInput _input = new(client.Input);
    private MailboxConnection _mailbox = new(open());

    /// <summary>Runs until the client leaves or a fault ends it. Throws nothing that the two can cause.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            if (await GreetAsync(stopping))
            {
                while (await _input.ReadLineAsync(stopping) is { } line && await AnswerAsync(line, stopping)) { }
            }
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException or InvalidOperationException)
        {
            return; // the client has left, the mailbox has closed the session, or the process ends
        }
        finally
        {
            await DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _mailbox.DisposeAsync();
        await client.Output.CompleteAsync();
        await client.Input.CompleteAsync();
    }

    private async Task<bool> GreetAsync(CancellationToken stopping)
    {
        var greeting = await _mailbox.ReadReplyAsync(stopping);
        var fault = await FaultAtAsync(FaultStage.Greeting, stopping);
        return await TellAsync(fault, greeting, stopping);
    }

    /// <summary>False when the connection is to end.</summary>
    private async Task<bool> AnswerAsync(byte[] line, CancellationToken stopping)
    {
        var stage = StageOf(line);
        var fault = stage is { } known ? await FaultAtAsync(known, stopping) : null;
        if (fault is { Action: FaultAction.Disconnect or FaultAction.Reply })
        {
            return await TellAsync(fault, null, stopping);
        }

        await _mailbox.SendAsync(line, stopping);
        var reply = await _mailbox.ReadReplyAsync(stopping);
        if (!await TellAsync(fault, reply, stopping) || IsVerb(line, "QUIT"u8))
        {
            return false; // the mailbox has closed after its 221, and clients may wait for that (RFC 5321 §4.1.1.10)
        }

        return stage != FaultStage.Data || !reply.AsSpan().StartsWith("354"u8) || await TakeBodyAsync(stopping);
    }

    private async Task<bool> TakeBodyAsync(CancellationToken stopping)
    {
        var fault = await FaultAtAsync(FaultStage.Body, stopping);
        if (fault is { Action: FaultAction.Disconnect })
        {
            await _input.ReadSomeAsync(stopping);
            return false;
        }

        if (fault is not null)
        {
            await _input.CopyBodyAsync(null, stopping);
            return await ForgetAsync(fault, stopping);
        }

        await _input.CopyBodyAsync(_mailbox, stopping);
        fault = await FaultAtAsync(FaultStage.Dot, stopping);
        if (fault is { Action: FaultAction.Disconnect or FaultAction.Reply })
        {
            return fault.Action == FaultAction.Reply && await ForgetAsync(fault, stopping);
        }

        await _mailbox.SendAsync(".\r\n"u8.ToArray(), stopping);
        return await TellAsync(fault, await _mailbox.ReadReplyAsync(stopping), stopping);
    }

    /// <summary>The mailbox is in the middle of a message that it is not to keep: it gets a new session.</summary>
    private async Task<bool> ForgetAsync(FaultOptions fault, CancellationToken stopping)
    {
        await _mailbox.DisposeAsync();
        _mailbox = new MailboxConnection(open());
        await _mailbox.ReadReplyAsync(stopping);
        await _mailbox.SendAsync("EHLO faults.invalid\r\n"u8.ToArray(), stopping);
        await _mailbox.ReadReplyAsync(stopping);
        return await TellAsync(fault, null, stopping);
    }

    /// <summary>Waits where a fault says so, and returns the one that decides, if any does.</summary>
    private async Task<FaultOptions?> FaultAtAsync(FaultStage stage, CancellationToken stopping)
    {
        foreach (var fault in faults.Draw(stage))
        {
            if (fault.Action != FaultAction.Delay)
            {
                return fault;
            }

            await Task.Delay(fault.Delay ?? TimeSpan.Zero, time, stopping);
        }

        return null;
    }

    private async Task<bool> TellAsync(FaultOptions? fault, byte[]? reply, CancellationToken stopping)
    {
        var text = fault?.Action switch
        {
            FaultAction.Disconnect => null,
            FaultAction.DropReply => [],
            FaultAction.Reply => Encoding.ASCII.GetBytes($"{fault.Reply}\r\n"),
            _ => reply,
        };
        if (text is { Length: > 0 })
        {
            await client.Output.WriteAsync(text, stopping);
        }

        return text is not null;
    }

    private static FaultStage? StageOf(ReadOnlySpan<byte> line) =>
        IsVerb(line, "EHLO"u8) || IsVerb(line, "HELO"u8) ? FaultStage.Ehlo
        : IsVerb(line, "MAIL"u8) ? FaultStage.Mail
        : IsVerb(line, "RCPT"u8) ? FaultStage.Rcpt
        : IsVerb(line, "DATA"u8) ? FaultStage.Data
        : null;

    private static bool IsVerb(ReadOnlySpan<byte> line, ReadOnlySpan<byte> verb) =>
        line.Length >= verb.Length && Ascii.EqualsIgnoreCase(line[..verb.Length], verb);
}
