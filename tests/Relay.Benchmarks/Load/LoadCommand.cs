using System.CommandLine;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Relay.Benchmarks.Processes;

namespace Relay.Benchmarks.Load;

/// <summary><c>load</c>: the load client by itself. <c>compare</c> runs it as a process of its own, so that its work and its pauses are not those of the harness.</summary>
internal sealed class LoadCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Option<int> _port = new("--port") { Required = true, Description = "Where to, on 127.0.0.1" };
    private readonly Option<int> _sessions = new("--sessions") { DefaultValueFactory = static _ => 20 };
    private readonly Option<int> _messages = new("--messages") { DefaultValueFactory = static _ => 1000 };
    private readonly Option<int> _warmUp = new("--warm-up") { Description = "Messages sent before, which are not measured" };
    private readonly Option<int> _size = new("--size") { DefaultValueFactory = static _ => 4096 };
    private readonly Option<bool> _keepOpen = new("--keep-open") { Description = "Message after message over each connection" };
    private readonly Option<bool> _secure = new("--secure") { Description = "STARTTLS, any certificate, and AUTH as bench" };

    public Command Build()
    {
        var command = new Command("load", "Sends messages and prints how long they took, as JSON")
        {
            _port,
            _sessions,
            _messages,
            _warmUp,
            _size,
            _keepOpen,
            _secure,
        };
        command.SetAction(RunAsync);
        return command;
    }

    public LoadPlan Read(ParseResult parsed) =>
        new(
            parsed.GetValue(_port),
            parsed.GetValue(_sessions),
            parsed.GetValue(_messages),
            parsed.GetValue(_warmUp),
            parsed.GetValue(_size),
            parsed.GetValue(_keepOpen),
            parsed.GetValue(_secure)
        );

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            Console.WriteLine(JsonSerializer.Serialize(await new LoadClient(Read(parsed), TimeProvider.System).RunAsync(either.Token)));
            return 0;
        }
        catch (Exception failure) when (failure is MeasurementException or IOException or SocketException or AuthenticationException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }
}
