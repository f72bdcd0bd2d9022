using System.Buffers;
using System.CommandLine;
using System.Text.Json;
using Relay.Cli.Sending;
using Relay.Core.Configuration;

namespace Relay.Cli;

/// <summary><c>relay send</c>: a test message, or many, to the configured listener or any server. Exit code 1 when one was not accepted.</summary>
internal sealed class SendCommand(CommandContext context, Option<string?> config)
{
    /// <summary>Up to here every answer is printed; above it their number.</summary>
    private const int FewMessages = 10;

    private const int MostSessions = 1000;

    private static readonly SearchValues<char> NotInAddresses = SearchValues.Create("<> \r\n\0");

    private readonly Option<string[]> _to = new("--to")
    {
        HelpName = "ADDRESS",
        Description = "Recipient; more than one may be given",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _from = new("--from")
    {
        HelpName = "ADDRESS",
        Description = "Sender; <> for the null sender",
        DefaultValueFactory = static _ => $"relay@{Environment.MachineName}",
    };

    private readonly Option<string> _subject = new("--subject")
    {
        HelpName = "TEXT",
        Description = "Its subject",
        DefaultValueFactory = static _ => "Test message of Relay",
    };

    private readonly Option<string?> _server = new("--server")
    {
        HelpName = "HOST:PORT",
        Description = "Where to; the first listener of the configuration when left out",
    };

    private readonly Option<UpstreamTls> _tls = new("--tls") { Description = "Auto, None, StartTls or Implicit" };

    private readonly Option<string> _certificate = new("--certificate")
    {
        HelpName = "TRUST",
        Description = "Verify, Any, or the SHA-256 of the server's certificate",
        DefaultValueFactory = static _ => "Verify",
    };

    private readonly Option<string?> _user = new("--user") { HelpName = "NAME", Description = "Logs in; needs --password-file" };

    private readonly Option<string?> _passwordFile = new("--password-file")
    {
        HelpName = "FILE",
        Description = "Its first line is the password",
    };

    private readonly Option<FileInfo?> _file = new("--file") { HelpName = "EML", Description = "Sends this message as it stands" };

    private readonly Option<int> _size = new("--size") { HelpName = "BYTES", Description = "Fills the message up to this size" };

    private readonly Option<int> _count = new("--count") { Description = "How many", DefaultValueFactory = static _ => 1 };

    private readonly Option<int> _sessions = new("--sessions")
    {
        Description = "Over how many connections",
        DefaultValueFactory = static _ => 1,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Prints JSON" };

    public Command Build()
    {
        Expect(_count, 1, int.MaxValue);
        Expect(_sessions, 1, MostSessions);
        Expect(_size, 0, Array.MaxLength);
        var command = new Command("send", "Sends a test message")
        {
            _to,
            _from,
            _subject,
            _server,
            _tls,
            _certificate,
            _user,
            _passwordFile,
            _file,
            _size,
            _count,
            _sessions,
            _json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(_file) is { Exists: false } missing)
            {
                result.AddError($"there is no file {missing.FullName}");
            }

            if (result.GetValue(_user) is null != result.GetValue(_passwordFile) is null)
            {
                result.AddError("--user and --password-file go together");
            }
        });
        command.SetAction(ExecuteAsync);
        return command;
    }

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = ConfigurationOutput.Load(context, parsed.GetValue(config)).Options;
        if (!TryRead(parsed, options, out var server, out var message, out var error))
        {
            await context.Error.WriteLineAsync($"relay: {error}");
            return ExitCode.Failed;
        }

        var (count, isJson) = (parsed.GetValue(_count), parsed.GetValue(_json));
        var time = TimeProvider.System;
        var mailer = new TestMailer(server, options?.HostName ?? Environment.MachineName, message, time);
        var begin = time.GetTimestamp();
        await SendAsync(mailer, count, parsed.GetValue(_sessions), isJson, cancellationToken);
        Report(mailer.Tally, count, server.Address, time.GetElapsedTime(begin), isJson);
        return mailer.Tally.Sent == count ? ExitCode.Success : ExitCode.Failed;
    }

    private Task SendAsync(TestMailer mailer, int count, int sessions, bool isJson, CancellationToken cancellationToken)
    {
        if (count > FewMessages)
        {
            return SendProgress.RunAsync(context, count, answered => mailer.RunAsync(count, sessions, answered, cancellationToken));
        }

        var writer = TextWriter.Synchronized(isJson ? TextWriter.Null : context.Output);
        return mailer.RunAsync(count, sessions, writer.WriteLine, cancellationToken);
    }

    private void Report(SendTally tally, int count, string server, TimeSpan took, bool isJson)
    {
        if (isJson)
        {
            var document = new
            {
                Server = server,
                tally.Sent,
                NotSent = count - tally.Sent,
                Seconds = Math.Round(took.TotalSeconds, 3),
                Answers = tally.Failures.Select(static failure => new { Text = failure.Key, Count = failure.Value }),
            };
            context.Output.WriteLine(JsonSerializer.Serialize(document, AdminClient.Json));
            return;
        }

        if (count <= FewMessages)
        {
            return;
        }

        foreach (var (text, times) in tally.Failures)
        {
            context.Error.WriteLine($"  {times} times: {text}");
        }

        var rate = tally.Sent / Math.Max(took.TotalSeconds, 0.001);
        context.Output.WriteLine($"{tally.Sent} of {count} messages accepted by {server} in {took.TotalSeconds:F2} s ({rate:F0}/s).");
    }

    private bool TryRead(ParseResult parsed, RelayOptions? options, out UpstreamOptions server, out TestMessage message, out string error)
    {
        message = MessageOf(parsed);
        server = new UpstreamOptions
        {
            Address = parsed.GetValue(_server) ?? ListenerOf(options) ?? "",
            Tls = parsed.GetValue(_tls),
            Certificate = parsed.GetRequiredValue(_certificate),
            UserName = parsed.GetValue(_user),
            PasswordFile = parsed.GetValue(_passwordFile),
        };
        error = !EndpointAddress.TryParse(server.Address, defaultPort: 25, out _)
            ? server.Address.Length == 0
                ? "there is no configuration that names a listener; say where to with --server"
                : $"\"{server.Address}\" is not an address such as mail.example.com:25"
            : message.To.Append(message.From).FirstOrDefault(static address => address.AsSpan().ContainsAny(NotInAddresses)) is { } bad
                ? $"\"{bad}\" is not an address such as user@example.com"
                : "";
        return error.Length == 0;
    }

    private TestMessage MessageOf(ParseResult parsed) =>
        new()
        {
            From = parsed.GetRequiredValue(_from) is var from && from == "<>" ? "" : from,
            To = parsed.GetRequiredValue(_to),
            Subject = parsed.GetRequiredValue(_subject),
            Size = parsed.GetValue(_size),
            File = parsed.GetValue(_file) is { } file ? TestMessage.WithLineEnds(File.ReadAllBytes(file.FullName)) : null,
        };

    /// <summary>Where the first listener by name can be reached from this machine.</summary>
    private static string? ListenerOf(RelayOptions? options)
    {
        var listener = options?.Listeners.OrderBy(static entry => entry.Key, StringComparer.Ordinal).FirstOrDefault().Value;
        return listener is not null && EndpointAddress.TryParse(listener.Address, defaultPort: 25, out var address)
            ? address.OfLocalClient().ToString()
            : null;
    }

    private static void Expect(Option<int> option, int least, int most) =>
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
            {
                result.AddError($"{option.Name} is {least} to {most}");
            }
        });
}
