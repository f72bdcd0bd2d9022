namespace Relay.Cli;

/// <summary>What scripts and service managers learn from the end of a command.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command was understood and failed: a bad configuration, a port in use.</summary>
    public const int Failed = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int WrongUse = 2;
}
