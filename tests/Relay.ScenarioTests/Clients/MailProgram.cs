using System.Text;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Clients;

/// <summary>A program that people send mail with, and how it is called.</summary>
public abstract class MailProgram
{
    public abstract string Name { get; }

    /// <summary>The mechanisms it can log in with.</summary>
    public abstract IReadOnlyList<string> Mechanisms { get; }

    /// <summary>Why it cannot log in with the others.</summary>
    public abstract string WhyNotOthers { get; }

    /// <summary>Whether it sends a message as it was given; otherwise it writes a header of its own.</summary>
    public virtual bool KeepsHeader => true;

    /// <summary>What the relay's Received field must call the connection.</summary>
    public virtual string ProtocolOf(Cell cell) => cell.Protocol;

    /// <summary>Called once before all cells; what it starts ends with the program, which is <see cref="IAsyncDisposable"/> then.</summary>
    public virtual Task StartAsync(IReadOnlyList<Cell> cells, MatrixServer server) => Task.CompletedTask;

    /// <summary>Sends the message of a cell.</summary>
    /// <returns>Exit code 0 when the program says that it was taken.</returns>
    public abstract Task<ProcessResult> SendAsync(Cell cell, MatrixServer server);

    /// <summary>Runs a program that reads the message from its standard input.</summary>
    protected static async Task<ProcessResult> RunAsync(string input, string program, params IReadOnlyList<string> arguments)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, input, Encoding.Latin1);
            return await ProcessRunner.RunAsync("sh", ["-c", "exec \"$@\" <\"$0\"", file, program, .. arguments]);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
