using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Messages;
using Relay.Core.Spool;

namespace Relay.Admin.Queue;

/// <summary><c>GET /api/v1/queue/{id}/message</c>: the exact bytes of a queued message.</summary>
internal static class DownloadQueued
{
    public static async Task<IResult> HandleAsync(string id, IMessageSpool spool, HttpContext context)
    {
        var message = await FindAsync(spool, id, context.RequestAborted);
        if (message is null)
        {
            return NoBody(id);
        }

        MessageBody body;
        try
        {
            body = await spool.OpenBodyAsync(message, context.RequestAborted);
        }
        catch (Exception failure) when (failure is SpoolUnavailableException or BodyLostException)
        {
            // It may have been delivered between the two, and its body is gone by right.
            if (await FindAsync(spool, id, context.RequestAborted) is null)
            {
                return NoBody(id);
            }

            throw;
        }

        context.Response.RegisterForDispose(new Reference(body));
        context.Response.ContentLength = body.Length;
        return TypedResults.Stream(
            async response => await body.CopyToAsync(response, context.RequestAborted),
            "message/rfc822",
            $"{message.Id}.eml"
        );
    }

    /// <summary>Null when no row has it, or records only: those have no body.</summary>
    private static async Task<SpooledMessage?> FindAsync(IMessageSpool spool, string id, CancellationToken cancellationToken)
    {
        var rows = await spool.RowsAsync(id, cancellationToken);
        return rows.FirstOrDefault(static row => row.Part.State != SpoolState.Failed)?.Message;
    }

    private static ProblemHttpResult NoBody(string id) =>
        Problems.NotFound($"The queue holds no message with the id {id}; of one that has failed for good only the record is kept.");

    private sealed class Reference(MessageBody body) : IDisposable
    {
        public void Dispose() => body.Release();
    }
}
