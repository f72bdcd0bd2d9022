using Microsoft.Extensions.Logging;
using Relay.Core.Messages;
using Relay.Core.Reception;
using Relay.Core.Spool;
using Relay.Core.Telemetry;

namespace Relay.Core.Pickup;

/// <summary>Hands a taken file on, and does with it what the answer says. The file is removed only when somebody else answers for the message.</summary>
internal sealed partial class PickupDelivery(
    PickupFolder folder,
    PickupReader reader,
    IMessageSink sink,
    IMessageSpool spool,
    RelayMetrics metrics,
    bool isProxy,
    ILogger logger
)
{
    /// <summary>After a start: whether the spool has the message. Call it before any of it is delivered.</summary>
    /// <exception cref="SpoolUnavailableException">Nobody can tell.</exception>
    public async Task<bool> IsStoredAsync(PickupFile file)
    {
        var rows = await spool.ListAsync(new QueueFilter { Message = file.Id }, 1, CancellationToken.None);
        if (rows.Count > 0)
        {
            folder.Remove(file);
            LogKnown(file.Name);
        }

        return rows.Count > 0;
    }

    /// <summary>Returns whether it is done with; false when it is to be tried again. Never throws for what a file, a disk or a server may do.</summary>
    public async Task<bool> RunAsync(PickupFile file, CancellationToken stopping)
    {
        try
        {
            var (message, problem) = await reader.ReadAsync(file, stopping);
            return message is null ? Refuse(file, problem!) : await HandOnAsync(file, message, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogDeferred(file.Name, exception.Message);
            metrics.PickedUp("deferred");
            return false;
        }
    }

    private async Task<bool> HandOnAsync(PickupFile file, ReceivedMessage message, CancellationToken stopping)
    {
        try
        {
            var reply = Check(message) ?? await sink.AcceptAsync(message, stopping);
            if (reply.IsPositive)
            {
                folder.Remove(file);
                metrics.PickedUp("accepted");
                return true;
            }

            if (reply.IsPermanent)
            {
                return Refuse(file, reply.ToString());
            }

            LogDeferred(file.Name, reply.ToString());
            metrics.PickedUp("deferred");
            return false;
        }
        finally
        {
            message.Body.Release();
        }
    }

    /// <summary>One recipient that cannot be sent to holds the message back: whoever wrote the file is not there to be told of a part.</summary>
    private SmtpReply? Check(ReceivedMessage message)
    {
        if (sink.CheckRoom() is { } full)
        {
            return full;
        }

        var accepted = new List<EnvelopeRecipient>();
        foreach (var recipient in message.Envelope.Recipients)
        {
            if (sink.CheckRecipient(message.Origin, message.Envelope.Sender, accepted, recipient) is { } refusal)
            {
                if (refusal.IsTransient && !isProxy)
                {
                    return refusal; // a spool that is away for now
                }

                // Where nothing is ever spooled a client would send another message for it; a file stays as it is.
                return new SmtpReply(554, new EnhancedStatusCode(5, 5, 3), $"{recipient.Path}: {refusal}");
            }

            accepted.Add(recipient);
        }

        return null;
    }

    private bool Refuse(PickupFile file, string problem)
    {
        folder.Refuse(file, problem);
        metrics.PickedUp("refused");
        LogRefused(file.Name, problem);
        return true;
    }

    [LoggerMessage(
        EventId = 620,
        EventName = "PickupKnown",
        Level = LogLevel.Information,
        Message = "Pickup: {File} is in the spool already"
    )]
    private partial void LogKnown(string file);

    [LoggerMessage(
        EventId = 621,
        EventName = "PickupDeferred",
        Level = LogLevel.Warning,
        Message = "Pickup: {File} is tried again later: {Reason}"
    )]
    private partial void LogDeferred(string file, string reason);

    [LoggerMessage(
        EventId = 622,
        EventName = "PickupRefused",
        Level = LogLevel.Warning,
        Message = "Pickup: {File} is moved to bad: {Reason}"
    )]
    private partial void LogRefused(string file, string reason);
}
