using System.Collections;
using Relay.Cli.Watching;
using Relay.Core.Configuration.Loading;

namespace Relay.Cli;

/// <summary>What a command sees of the outside, so that tests run commands without a process of their own.</summary>
internal sealed record CommandContext
{
    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>What goes out as bytes, a message for instance; the caller disposes of it.</summary>
    public required Func<Stream> OpenBinaryOutput { get; init; }

    /// <summary>What somebody types.</summary>
    public required TextReader Input { get; init; }

    /// <summary>One line of <see cref="Input"/> that is not shown while it is typed.</summary>
    public required Func<string?> ReadHidden { get; init; }

    /// <summary>Whether somebody can be asked: the question on <see cref="Error"/> is seen, and <see cref="Input"/> is typed.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Whether <see cref="Error"/> is looked at by somebody now: a progress bar makes sense there.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Whether <see cref="Output"/> is a terminal that understands control sequences: what is shown there can be drawn over.</summary>
    public bool IsScreen { get; init; }

    /// <summary>Where a command that goes on for long writes: a write throws when the reader of a pipe has gone. <see cref="Output"/> when null.</summary>
    public Func<TextWriter>? OpenLongOutput { get; init; }

    /// <summary>Columns and rows of the terminal.</summary>
    public Func<(int Width, int Height)> WindowSize { get; init; } = static () => (80, 24);

    /// <summary>The next key; null when there will be none any more.</summary>
    public Func<ConsoleKeyInfo?> ReadKey { get; init; } = static () => null;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Folders and environment; what the command line adds comes later.</summary>
    public required ConfigurationSources Sources { get; init; }

    public static CommandContext OfProcess() =>
        new()
        {
            Output = Console.Out,
            Error = Console.Error,
            OpenBinaryOutput = Console.OpenStandardOutput,
            Input = Console.In,
            ReadHidden = HiddenInput.ReadLine,
            IsInteractive = !Console.IsInputRedirected && !Console.IsErrorRedirected,
            IsTerminal = !Console.IsErrorRedirected,
            IsScreen = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb",
            OpenLongOutput = LongOutput.Open,
            WindowSize = LongOutput.WindowSize,
            ReadKey = static () => Console.ReadKey(intercept: true),
            Sources = new ConfigurationSources
            {
                CurrentFolder = Environment.CurrentDirectory,
                ProgramFolder = AppContext.BaseDirectory,
                Environment = Environment
                    .GetEnvironmentVariables()
                    .Cast<DictionaryEntry>()
                    .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal),
            },
        };
}
