using System.Diagnostics.CodeAnalysis;
using Relay.Core.Configuration.Loading;

namespace Relay.Cli;

/// <summary>
/// Takes configuration keys (<c>--Relay:HostName x</c>, <c>--Relay:HostName=x</c>) out of the arguments. The parser of commands knows only
/// options that were declared, and there are as many keys as there are names of groups and upstreams.
/// </summary>
internal static class SettingArguments
{
    private const string Prefix = "--" + ConfigurationLoader.Root + ":";

    /// <param name="arguments">All of the command line.</param>
    /// <param name="settings">Full keys and their values.</param>
    /// <param name="rest">What is left.</param>
    /// <param name="error">Why this is wrong use, when false is returned.</param>
    public static bool TryTake(
        IReadOnlyList<string> arguments,
        out List<KeyValuePair<string, string>> settings,
        out List<string> rest,
        [NotNullWhen(false)] out string? error
    )
    {
        (settings, rest, error) = ([], [], null);
        for (var index = 0; index < arguments.Count; index++)
        {
            var argument = arguments[index];
            if (!argument.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                rest.Add(argument);
                continue;
            }

            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 && index + 1 == arguments.Count)
            {
                error = $"{argument} needs a value";
                return false;
            }

            settings.Add(
                equals < 0
                    ? KeyValuePair.Create(argument[2..], arguments[++index])
                    : KeyValuePair.Create(argument[2..equals], argument[(equals + 1)..])
            );
        }

        return true;
    }
}
