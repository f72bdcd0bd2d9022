using System.Net.Sockets;
using System.Text;
using Relay.Core.Configuration;
using Relay.Core.Upstreams.Connections;

namespace Relay.Core.Upstreams.Agent;

/// <summary>Asks an agent: connects, says nothing, reads one line.</summary>
internal sealed class AgentCheck(TimeProvider time)
{
    private const int LongestLine = 512;

    /// <summary>Never throws for what an agent or a network may do.</summary>
    /// <param name="upstream">Whose agent is asked.</param>
    /// <param name="timeout">From connecting to the end of the line.</param>
    /// <param name="cancellationToken">Gives it up: neither a reply nor a problem.</param>
    public async Task<AgentResult> RunAsync(UpstreamOptions upstream, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var stream = await ConnectorTo(upstream).ConnectAsync(either.Token);
            await using (stream)
            {
                return await ReadAsync(stream, either.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return new AgentResult(null, cancellationToken.IsCancellationRequested ? null : $"no reply within {timeout:c}");
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            return new AgentResult(null, failure.Message);
        }
    }

    /// <summary><c>*</c> is the server itself, at the addresses that a lookup has found for it.</summary>
    private static IUpstreamConnector ConnectorTo(UpstreamOptions upstream)
    {
        if (!EndpointAddress.TryParse(upstream.Agent ?? "", defaultPort: null, out var agent))
        {
            throw new ArgumentException($"'{upstream.Agent}' is not the address of an agent.", nameof(upstream));
        }

        if (agent.UnixPath is { } path)
        {
            return new UnixSocketConnector(path);
        }

        return agent.Host == "*"
            ? new TcpConnector(NetworkConnectors.AddressOf(upstream).Host, agent.Port, upstream.Peer?.Addresses)
            : new TcpConnector(agent.Host, agent.Port);
    }

    private static async Task<AgentResult> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestLine];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            var end = buffer.AsSpan(length, read).IndexOfAny((byte)'\n', (byte)'\r');
            if (end >= 0 || read == 0)
            {
                var line = Encoding.Latin1.GetString(buffer, 0, length + Math.Max(end, 0));
                return line.Length == 0 ? new AgentResult(null, "it said nothing") : new AgentResult(AgentReply.Parse(line), null);
            }

            length += read;
        }

        return new AgentResult(null, $"its line is longer than {LongestLine} bytes");
    }
}

/// <summary>What came of asking an agent; neither of the two when it was given up.</summary>
/// <param name="Reply">What it said.</param>
/// <param name="Problem">Why it could not be asked.</param>
internal readonly record struct AgentResult(AgentReply? Reply, string? Problem);
