using System.IO.Pipelines;

namespace Relay.Core.Smtp;

/// <summary>A connection within the process: what one side writes the other reads, with the back-pressure of a pipe (64 KiB) in both directions.</summary>
internal sealed class InProcessConnection
{
    private InProcessConnection(IDuplexPipe server, Stream client)
    {
        Server = server;
        Client = client;
    }

    /// <summary>For the session; it completes both directions when it ends.</summary>
    public IDuplexPipe Server { get; }

    /// <summary>For the client; disposing it is hanging up.</summary>
    public Stream Client { get; }

    public static InProcessConnection Create()
    {
        var options = new PipeOptions(useSynchronizationContext: false);
        var toServer = new Pipe(options);
        var toClient = new Pipe(options);
        return new InProcessConnection(
            new ServerSide(toServer.Reader, toClient.Writer),
            new DuplexPipeStream(toClient.Reader, toServer.Writer)
        );
    }

    private sealed record ServerSide(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
