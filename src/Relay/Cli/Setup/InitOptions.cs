using System.CommandLine;
using System.CommandLine.Parsing;
using Relay.Core.Dispatch.LoadBalancing;

namespace Relay.Cli.Setup;

/// <summary>What can be given to <c>relay init</c> instead of being asked.</summary>
internal sealed class InitOptions
{
    public const string DefaultListen = "127.0.0.1:2525";

    public Option<string[]> Servers { get; } =
        new("--server")
        {
            HelpName = "HOST:PORT",
            Description = "An SMTP server; give it once for each. Without any you are asked",
            AllowMultipleArgumentsPerToken = true,
        };

    public Option<string[]> Users { get; } =
        new("--user")
        {
            HelpName = "NAME",
            Description = "Logs in at the servers; once for all, or once for each",
            AllowMultipleArgumentsPerToken = true,
        };

    public Option<string[]> PasswordFiles { get; } =
        new("--password-file")
        {
            HelpName = "FILE",
            Description = "Its first line is the password; as often as --user",
            AllowMultipleArgumentsPerToken = true,
        };

    public Option<string?> Strategy { get; } =
        new("--strategy") { HelpName = "NAME", Description = "In place of the one that is recommended" };

    public Option<string?> Listen { get; } =
        new("--listen") { HelpName = "ADDRESS", Description = $"Where applications send to: {DefaultListen}, or *:25 for all addresses" };

    public Option<string[]> Networks { get; } =
        new("--network")
        {
            HelpName = "CIDR",
            Description = "Who may send without a password; this machine only when left out",
            AllowMultipleArgumentsPerToken = true,
        };

    public Option<string?> HostName { get; } =
        new("--host-name") { HelpName = "NAME", Description = "How Relay calls itself; the machine's name when left out" };

    public Option<string> Output { get; } =
        new("--output")
        {
            HelpName = "FILE",
            Description = "Where the configuration goes",
            DefaultValueFactory = static _ => "relay.json",
        };

    public Option<bool> Force { get; } = new("--force") { Description = "Replaces a configuration that is there" };

    public Option<bool> Yes { get; } = new("--yes") { Description = "Asks nothing; needs --server" };

    public Option<bool> NoProbe { get; } = new("--no-probe") { Description = "Does not connect to the servers" };

    public Option<bool> Pin { get; } =
        new("--pin") { Description = "Trusts the certificates that servers show now, where no authority stands for them" };

    public Option<bool> Json { get; } = new("--json") { Description = "Prints JSON; asks nothing" };

    public void AddTo(Command command)
    {
        Strategy.CompletionSources.Add([.. StrategyRegistry.Names]);
        Strategy.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && !StrategyRegistry.Names.Contains(token.Value, StringComparer.OrdinalIgnoreCase))
            {
                result.AddError($"--strategy is one of {string.Join(", ", StrategyRegistry.Names)}");
            }
        });
        Option[] all = [Servers, Users, PasswordFiles, Strategy, Listen, Networks, HostName, Output, Force, Yes, NoProbe, Pin, Json];
        Array.ForEach(all, command.Add);
        command.Validators.Add(CheckLogins);
    }

    private void CheckLogins(CommandResult result)
    {
        var (servers, users, files) = (Count(Servers), Count(Users), Count(PasswordFiles));
        if (users != files)
        {
            result.AddError("--user and --password-file go together");
        }
        else if (users > 1 && users != servers)
        {
            result.AddError("--user is given once for all servers, or once for each --server");
        }

        int Count(Option<string[]> option) => result.GetResult(option)?.Tokens.Count ?? 0;
    }
}
