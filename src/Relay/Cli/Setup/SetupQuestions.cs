using Relay.Core.Configuration;
using Relay.Core.Dispatch.LoadBalancing;

namespace Relay.Cli.Setup;

/// <summary>What is decided once the servers are known: given, asked for, or left at what is usual.</summary>
/// <param name="context">The terminal.</param>
/// <param name="dialogue">Null where nobody can be asked.</param>
internal sealed class SetupQuestions(CommandContext context, Dialogue? dialogue)
{
    /// <summary>The one that was given, or that is recommended, or that somebody prefers.</summary>
    public StrategyAdvice Strategy(string? chosen, IReadOnlyList<ServerDraft> servers)
    {
        if (chosen is not null)
        {
            return StrategyAdvice.Given(
                StrategyRegistry.Names.First(name => string.Equals(name, chosen, StringComparison.OrdinalIgnoreCase))
            );
        }

        var advice = StrategyAdvice.For(servers);
        context.Error.WriteLine($"Strategy {advice.Strategy}. {advice.Why}");
        while (dialogue is not null && servers.Count > 1)
        {
            var answer = dialogue.Ask("Strategy", advice.Strategy);
            if (StrategyRegistry.Names.FirstOrDefault(name => string.Equals(name, answer, StringComparison.OrdinalIgnoreCase)) is { } name)
            {
                return name == advice.Strategy ? advice : StrategyAdvice.Given(name);
            }

            dialogue.Say($"It is one of {string.Join(", ", StrategyRegistry.Names)} (docs/load-balancing.md).");
        }

        return advice;
    }

    public string Listen(string? given) => given ?? (dialogue is null ? InitOptions.DefaultListen : AskListen(dialogue));

    private static string AskListen(Dialogue dialogue)
    {
        while (true)
        {
            var answer = dialogue.Ask("Where applications send to (*:25 for all addresses of this machine)", InitOptions.DefaultListen);
            if (EndpointAddress.TryParse(answer, defaultPort: null, out _))
            {
                return answer;
            }

            dialogue.Say($"\"{answer}\" is not an address such as {InitOptions.DefaultListen}, *:25 or unix:/path");
        }
    }

    private static string[] AskNetworks(Dialogue dialogue)
    {
        while (true)
        {
            var answer = dialogue
                .Ask("Networks that may send without a password, as 10.0.0.0/8 (empty for this machine only)")
                .Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
            if (Array.Find(answer, static network => !System.Net.IPNetwork.TryParse(network, out _)) is not { } wrong)
            {
                return answer;
            }

            dialogue.Say($"\"{wrong}\" is not a network such as 10.0.0.0/8 or 192.0.2.7/32");
        }
    }

    /// <summary>Asked for where others than this machine can reach the listener.</summary>
    public IReadOnlyList<string> Networks(string[] given, string listen)
    {
        var isOpen =
            EndpointAddress.TryParse(listen, defaultPort: 25, out var address) && address.UnixPath is null && !IsLoopback(address.Host);
        if (given.Length > 0 || !isOpen)
        {
            return given;
        }

        if (dialogue is not null)
        {
            return AskNetworks(dialogue);
        }

        context.Error.WriteLine(
            "Only this machine may send without a password; --network 10.0.0.0/8, or Access:Networks and Access:Users, let others."
        );
        return given;
    }

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (System.Net.IPAddress.TryParse(host, out var address) && System.Net.IPAddress.IsLoopback(address));
}
