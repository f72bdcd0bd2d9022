using System.IO.Pipelines;
using System.Net;
using Microsoft.Extensions.Logging;
using Relay.Core.Reception.Access;

namespace Relay.Core.Reception.Proxies;

/// <summary>Waits for the PROXY header of a balancer's connection, before anything else is read or said.</summary>
internal static class ProxyPreamble
{
    /// <summary>The protocol asks for 3 seconds or more, so that a lost segment may come again.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Whom the balancer speaks for; null when there is no header, and the connection is to be closed without a word.</summary>
    /// <param name="input">The connection.</param>
    /// <param name="balancer">Its address.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of what is not right.</param>
    public static async Task<PeerIdentity?> ReadAsync(PipeReader input, IPAddress? balancer, TimeProvider time, ILogger logger)
    {
        using var patience = new CancellationTokenSource(Timeout, time);
        try
        {
            return await ReadAsync(input, balancer, logger, patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            logger.ProxyHeaderMissing(balancer);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            logger.ProxyVanished(balancer);
        }

        return null;
    }

    private static async Task<PeerIdentity?> ReadAsync(
        PipeReader input,
        IPAddress? balancer,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var status = ProxyHeader.Read(result.Buffer, out var source, out var length);
            if (status == ProxyHeaderStatus.Whole)
            {
                input.AdvanceTo(result.Buffer.GetPosition(length));
                // A connection of the balancer's own has its address, for the log and the limits, but not what that address may do: a balancer
                // that does not say who the client is must not open the relay to whoever it is.
                return source is null ? new PeerIdentity(balancer, HasRights: false) : new PeerIdentity(AccessRules.Unmap(source));
            }

            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (status == ProxyHeaderStatus.Malformed && !result.Buffer.IsEmpty)
            {
                logger.ProxyHeaderMalformed(balancer);
                return null;
            }

            if (result.IsCompleted)
            {
                logger.ProxyVanished(balancer);
                return null;
            }
        }
    }
}
