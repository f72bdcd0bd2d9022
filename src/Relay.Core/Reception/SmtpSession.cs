using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Relay.Core.Messages;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Proxies;
using Relay.Core.Reception.Tls;
using Relay.Core.Reception.Verbs;
using Relay.Core.Smtp;

namespace Relay.Core.Reception;

/// <summary>
/// The loop of one session: read a command, ask whether it may come now, run it, gather its reply; send the replies when nothing more is
/// buffered. What commands do is the verbs' business, what the bytes of the wire mean that of <c>Smtp/</c>.
/// </summary>
/// <param name="service">What the sessions of the listener have in common.</param>
/// <param name="transport">The wire.</param>
/// <param name="context">What is known of the session.</param>
/// <param name="place">Given back at the end.</param>
/// <param name="clientClosed">Cancelled when the client has hung up.</param>
internal sealed class SmtpSession(
    SmtpService service,
    SessionTransport transport,
    SessionContext context,
    ConnectionPlace place,
    CancellationToken clientClosed
)
{
    private readonly SmtpSettings _settings = service.Settings;
    private readonly SessionBudget _budget = new(service.Settings.Limits);
    private readonly ILogger _logger = service.Logger;
    private readonly long _endsAt = service.Settings.Time.GetTimestamp() + service.LongestSession;
    private volatile bool _isTooOld;
    private CommandLineReader _lines;
    private MessageReceiver? _receiver;
    private MessageHandover? _handover;

    /// <summary>Serves the client until one side ends it, then closes both directions. Throws nothing: a client that vanishes is everyday, a defect of ours is logged.</summary>
    // The only method that waits for commands: what called it and waited too, or the loop in a method of its own, would be kept for each idle connection.
    public async Task RunAsync()
    {
        service.Registry.Add(this);
        try
        {
            var goesOn = await BeginAsync();
            while (goesOn && !IsToEnd())
            {
                if (!transport.TryRead(out var input))
                {
                    if (!await transport.FlushAsync())
                    {
                        break;
                    }

                    input = await transport.ReadAsync();
                }

                goesOn = await ServeAsync(input) && (!transport.MustFlush || await transport.FlushAsync());
            }

            await transport.FlushAsync();
            transport.DiscardInput();
            _logger.SessionEnded(context.Origin.Client);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            _logger.ClientVanished(exception, context.Origin.Client);
        }
        catch (Exception exception)
        {
            _logger.SessionFailed(exception, context.Origin.Client);
        }
        finally
        {
            await EndAsync();
        }
    }

    private MessageHandover Handover => _handover ??= new MessageHandover(_settings, transport, context, _logger, clientClosed);

    private MessageReceiver Receiver => _receiver ??= new MessageReceiver(_settings, transport, service.Registry, _logger);

    /// <summary>Whether <see cref="OnHeartbeat"/> has something to do.</summary>
    public bool IsDue(long now) => transport.IsOverdue || (now >= _endsAt && !_isTooOld);

    public void OnHeartbeat(long now)
    {
        if (now >= _endsAt && !_isTooOld)
        {
            _isTooOld = true;
            Wake();
        }

        transport.OnHeartbeat(now);
    }

    /// <summary>The registry's flags have changed: a session that waits looks at them.</summary>
    public void Wake() => transport.Wake();

    // False when the session is over before it began.
    private async ValueTask<bool> BeginAsync()
    {
        if (IsToEnd() || !await BeginsInOrderAsync())
        {
            return false;
        }

        transport.Reply(service.Greeting);
        transport.SetDeadline(_settings.Limits.CommandTimeout);
        return true;
    }

    // Runs the commands that have come, and what they lead to. False when the session is over.
    private ValueTask<bool> ServeAsync(in ReadResult input) =>
        RunCommands(input.Buffer) switch
        {
            NextStep.ReadCommand => new(!input.IsCompleted),
            NextStep.ReceiveData => ReceiveMessageAsync(),
            NextStep.ReceiveChunk => ReceiveChunkAsync(),
            NextStep.StartTls => Upgrade().StartAsync(),
            NextStep.LogIn => LogInAsync(),
            _ => new(false),
        };

    // Whatever goes wrong in it: nobody waits for this session any more, and its place is free.
    private async ValueTask EndAsync()
    {
        using (place)
        {
            try
            {
                context.Transaction = null; // and with it what has come of a message in chunks
            }
            finally
            {
                service.Registry.Remove(this);
            }

            await transport.CloseAsync();
        }
    }

    private TlsUpgrade Upgrade() => new(_settings, transport, context, _logger);

    // Looked at between commands and after each message. A drain waits for the end of a transaction, a shutdown does not.
    private bool IsToEnd()
    {
        var farewell =
            transport.IsOverdue ? Replies.TimedOut
            : service.Registry.IsClosing || (service.Registry.IsDraining && context.Transaction is null) ? Replies.ShuttingDown
            : IsTooOld() ? Replies.SessionTooLong
            : null;
        if (farewell is not null)
        {
            transport.Reply(farewell);
        }

        return farewell is not null;
    }

    // A transaction may end first, but not take for ever: a recipient every few minutes is no reason to keep a connection.
    private bool IsTooOld() =>
        _isTooOld && (context.Transaction is null || _settings.Time.GetElapsedTime(_endsAt) >= _settings.Limits.MessageTimeout);

    // A client of implicit TLS speaks first, and rightly so: what comes too early is what comes within TLS.
    private async ValueTask<bool> BeginsInOrderAsync() =>
        (_settings.Tls is not { IsImplicit: true } || await Upgrade().SecureAsync()) && await HasWaitedForGreetingAsync();

    private async ValueTask<bool> HasWaitedForGreetingAsync()
    {
        var isStranger = !context.MayRelay && _settings.Limits.GreetingDelay > TimeSpan.Zero;
        if (!isStranger || await GreetingPause.WaitAsync(_settings.Limits.GreetingDelay, transport, service.Registry))
        {
            return true;
        }

        _logger.SpokeTooEarly(context.Origin.Client);
        transport.Reply(Replies.SpokeTooEarly);
        return false;
    }

    // All whole lines that are there; pipelined commands (RFC 2920) need no more than this.
    private NextStep RunCommands(ReadOnlySequence<byte> buffer)
    {
        var rest = buffer;
        var next = NextStep.ReadCommand;
        while (next == NextStep.ReadCommand)
        {
            var status = _lines.Read(ref rest, out var line);
            if (status == CommandLineStatus.Incomplete)
            {
                break;
            }

            next = status == CommandLineStatus.Whole ? RunLine(line) : Answer(SmtpVerb.Unknown, Replies.For(status));
        }

        transport.AdvanceTo(rest.Start, next == NextStep.ReadCommand ? buffer.End : rest.Start);
        return next;
    }

    private NextStep RunLine(in ReadOnlySequence<byte> line)
    {
        if (line.IsSingleSegment)
        {
            return RunLine(line.FirstSpan);
        }

        Span<byte> copy = stackalloc byte[(int)line.Length];
        line.CopyTo(copy);
        return RunLine(copy);
    }

    private NextStep RunLine(ReadOnlySpan<byte> line)
    {
        if (ProxyHeader.IsPartOf(line))
        {
            _logger.ProxyRefused(context.Origin.Client);
            return Answer(SmtpVerb.Unknown, new VerbResult(Replies.ProxyRefused, NextStep.Close));
        }

        if (!SmtpCommandParser.TryParse(line, out var command))
        {
            // Behind a BDAT that cannot be read come octets all the same, and nobody knows how many (BdatVerb).
            return Answer(
                SmtpVerb.Unknown,
                new VerbResult(Replies.BadLine, SmtpCommandParser.IsChunk(line) ? NextStep.Close : NextStep.ReadCommand)
            );
        }

        if (command.Verb == SmtpVerb.Unknown && SmtpCommandParser.IsHttpRequest(line))
        {
            _logger.HttpRequest(context.Origin.Client);
            return Answer(SmtpVerb.Unknown, new VerbResult(Replies.NotHttp, NextStep.Close));
        }

        var tooEarly = TlsRequirement.Check(command.Verb, _settings.Tls, context) ?? SessionRules.Check(command.Verb, context.State);
        if (tooEarly is { } refusal && command.Verb != SmtpVerb.Bdat)
        {
            return Answer(command.Verb, refusal);
        }

        var result = service.Verbs[command.Verb].Run(context, command.Argument);
        if (result.Next == NextStep.ReceiveChunk)
        {
            context.Chunk = context.Chunk with { Refusal = tooEarly }; // the octets come all the same, and the reply after them
        }

        return Answer(command.Verb, result);
    }

    private NextStep Answer(SmtpVerb verb, VerbResult result)
    {
        if (result.Next is NextStep.StartTls or NextStep.ReceiveChunk || result.Reply is not { } reply)
        {
            return result.Next;
        }

        transport.Reply(reply);
        transport.SetDeadline(_settings.Limits.CommandTimeout);
        if (reply.IsPermanent)
        {
            _logger.CommandRefused(context.Origin.Client, verb, reply);
        }

        if (result.Next != NextStep.ReadCommand || _budget.Spend(verb, reply) is not { } farewell)
        {
            return result.Next;
        }

        _logger.BudgetSpent(context.Origin.Client, farewell);
        transport.Reply(farewell);
        return NextStep.Close;
    }

    // False when the session is over.
    private async ValueTask<bool> LogInAsync()
    {
        var login = context.PendingLogin!;
        context.PendingLogin = null;
        var dialogue = new LoginDialogue(_settings, transport, service.Registry, _logger);
        return await dialogue.RunAsync(login, context) is { } result && Answer(SmtpVerb.Auth, result) == NextStep.ReadCommand;
    }

    // False when the session is over.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReceiveMessageAsync()
    {
        if (!await transport.FlushAsync())
        {
            return false;
        }

        var id = _settings.Ids.Next();
        var data = await Receiver.ReceiveAsync(id, context);
        return data.End == DataEnd.Whole ? await FinishMessageAsync(id, data) : EndWithin(data.End);
    }

    // False when the session is over.
    private async ValueTask<bool> ReceiveChunkAsync()
    {
        var chunk = context.Chunk;
        if (chunk.Refusal is { } tooEarly)
        {
            var discarded = await Receiver.DiscardChunkAsync(chunk.Size);
            return discarded == DataEnd.Whole ? Answer(SmtpVerb.Bdat, tooEarly) == NextStep.ReadCommand : EndWithin(discarded);
        }

        var message = context.Transaction!.Chunks ??= Receiver.BeginChunks(_settings.Ids.Next(), context);
        var data = await Receiver.ReceiveChunkAsync(chunk, message);
        return data.End != DataEnd.Whole ? EndWithin(data.End)
            : chunk.IsLast ? await FinishMessageAsync(message.Id, data)
            : Answer(SmtpVerb.Bdat, data.Refusal ?? Replies.ChunkOk) == NextStep.ReadCommand;
    }

    // All of the message has come. False when the session is over.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FinishMessageAsync(MessageId id, ReceivedData data)
    {
        transport.ClearDeadline(); // what takes time now is the sink's, which has deadlines of its own
        var transaction = context.Transaction!;
        context.Transaction = null;
        var (size, start) = (data.Body?.Length ?? 0, _settings.Time.GetTimestamp());
        var reply = await Handover.RunAsync(id, transaction, data);
        _settings.Metrics?.Received(_settings.Listener, reply, size);
        _settings.Metrics?.Answered(_settings.Listener, _settings.Time.GetElapsedTime(start));
        if (reply is null)
        {
            return false;
        }

        _budget.EarnMail(reply.IsPositive);
        transport.Reply(reply);
        transport.SetDeadline(_settings.Limits.CommandTimeout);
        return await transport.FlushAsync(); // what happened to a message is said at once, whatever is pipelined behind it
    }

    private bool EndWithin(DataEnd end)
    {
        if (end != DataEnd.ClientGone)
        {
            transport.Reply(Farewell.After(end));
        }

        _logger.DataBrokenOff(context.Origin.Client, end);
        return false;
    }
}
