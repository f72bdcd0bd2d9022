using System.CommandLine;
using Relay.Cli.Watching;
using Relay.Core.Configuration;

namespace Relay.Cli;

/// <summary>
/// How a command finds the running relay: <c>--url</c> and <c>--token</c>, else <c>RELAY_URL</c> and <c>RELAY_TOKEN</c> of the environment, else the
/// configuration that the relay itself would read.
/// </summary>
internal sealed class AdminConnection(CommandContext context, Option<string?> config)
{
    private readonly Option<string?> _url = new("--url")
    {
        HelpName = "URL",
        Description = "The running relay, http://127.0.0.1:8025 if nothing else says so",
    };

    private readonly Option<string?> _token = new("--token") { HelpName = "TOKEN", Description = "Its Admin:Token" };

    private readonly Option<bool> _json = new("--json") { Description = "Prints JSON" };

    private readonly WatchOptions _watch = new();

    /// <summary>Makes a command that shows something: once, or with <c>--watch</c> until it is ended.</summary>
    public Command View(
        string name,
        string description,
        Func<ParseResult, AdminClient, CancellationToken, Task<View>> look,
        params IEnumerable<Symbol> symbols
    )
    {
        var command = Command(name, description, RunAsync, [.. symbols, .. _watch.All]);
        command.Validators.Add(_watch.Check);
        return command;

        Task<int> RunAsync(ParseResult parsed, AdminClient client, CancellationToken cancellationToken)
        {
            var viewer = new Viewer(context, IsJson(parsed));
            return _watch.IsGiven(parsed)
                ? viewer.WatchAsync(_watch.IntervalOf(parsed), token => look(parsed, client, token), cancellationToken)
                : viewer.ShowAsync(token => look(parsed, client, token), cancellationToken);
        }
    }

    /// <summary>Makes a command with the options that all of them share. What goes wrong is one line and exit code 1.</summary>
    public Command Command(
        string name,
        string description,
        Func<ParseResult, AdminClient, CancellationToken, Task<int>> run,
        params IEnumerable<Symbol> symbols
    )
    {
        var command = new Command(name, description) { _url, _token, _json };
        foreach (var symbol in symbols)
        {
            Add(command, symbol);
        }

        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, client => run(parsed, client, cancellationToken)));
        return command;
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    private static void Add(Command command, Symbol symbol)
    {
        if (symbol is Argument argument)
        {
            command.Add(argument);
        }
        else
        {
            command.Add((Option)symbol);
        }
    }

    private async Task<int> RunAsync(ParseResult parsed, Func<AdminClient, Task<int>> command)
    {
        try
        {
            using var client = Open(parsed);
            return await command(client);
        }
        catch (AdminFailure failure)
        {
            await context.Error.WriteLineAsync($"relay: {failure.Message}");
            return ExitCode.Failed;
        }
    }

    /// <summary>The options by which the relay is found, for commands that do more than ask it once.</summary>
    public IReadOnlyList<Option> Place => [_url, _token];

    /// <exception cref="AdminFailure">What was given is no address.</exception>
    public AdminClient Open(ParseResult parsed)
    {
        var configured = new Lazy<AdminOptions?>(() => ConfigurationOutput.Load(context, parsed.GetValue(config)).Options?.Admin);
        var named = parsed.GetValue(_url) ?? Variable("RELAY_URL");
        var url = named ?? UrlOf(configured.Value);
        // The configuration's token is for the address that stands beside it, and for no other.
        var token = parsed.GetValue(_token) ?? Variable("RELAY_TOKEN") ?? (named is null ? configured.Value?.Token : null);
        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new AdminClient(address, Checked(token))
            : throw new AdminFailure($"\"{url}\" is not a URL such as http://127.0.0.1:8025");
    }

    private static string? Checked(string? token) =>
        token is null || token.All(character => character is > ' ' and < '\u007f')
            ? token
            : throw new AdminFailure("the token holds characters that no header can carry");

    private string? Variable(string name) =>
        context.Sources.Environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    private static string UrlOf(AdminOptions? admin)
    {
        admin ??= new AdminOptions();
        var isListening = EndpointAddress.TryParse(admin.Address, defaultPort: null, out var address) && address.UnixPath is null;
        if (!isListening)
        {
            throw new AdminFailure("the configuration opens no TCP address for Admin; name one with --url");
        }

        return $"http://{address!.OfLocalClient()}";
    }
}
