using Relay.Cli;
using Relay.Core.Configuration.Loading;

namespace Relay.Tests.Cli;

/// <summary>A terminal, or none, for parts of the command line that are tested by themselves.</summary>
internal static class SomeContext
{
    public static CommandContext Of(TextWriter output, TextWriter? error = null, string folder = "/") =>
        new()
        {
            Output = output,
            Error = error ?? TextWriter.Null,
            OpenBinaryOutput = static () => Stream.Null,
            Input = TextReader.Null,
            ReadHidden = static () => null,
            Sources = new ConfigurationSources { CurrentFolder = folder, ProgramFolder = folder },
        };
}
