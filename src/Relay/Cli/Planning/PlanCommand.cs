using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Relay.Admin;
using Relay.Cli.Completion;
using Relay.Core.Configuration;

namespace Relay.Cli.Planning;

/// <summary><c>relay plan</c>: whether the configured servers suffice for the traffic that is expected, and what each failure would do. Exit code 1 when they do not.</summary>
internal sealed class PlanCommand(CommandContext context, AdminConnection connection, Option<string?> config, ConfiguredNames names)
{
    private const int MostRedundancy = 3;

    private readonly Option<double> _perHour = Number("--per-hour", "N", "Messages in an hour", 1);

    private readonly Option<double> _peak = Number("--peak", "X", "The busiest minutes have X times the mail of an average one", 1, 3);

    private readonly Option<string> _redundancy = new("--redundancy")
    {
        HelpName = "N+1",
        Description = "Servers that may be away at the peak: N (none) to N+3",
        DefaultValueFactory = static _ => "N+1",
    };

    private readonly Option<int> _size = new("--size")
    {
        HelpName = "BYTES",
        Description = "Size of a message on average",
        DefaultValueFactory = static _ => 50_000,
    };

    private readonly Option<double> _recipients = Number("--recipients", "N", "Recipients of a message on average", 1, 1);

    private readonly Option<double> _hours = Number("--hours", "N", "Hours of such traffic in a day, for quotas of a day", 1, 24);

    private readonly Option<double> _outage = Number("--outage", "MINUTES", "How long a server that fails is away", 1, 60);

    private readonly Option<double> _replyTime = Number("--reply-time", "MS", "Time of a delivery, where none was measured", 0.01, 250);

    private readonly Option<string?> _group = new("--group")
    {
        HelpName = "GROUP",
        Description = "The group that it is about; \"default\", or the only one, when left out",
    };

    private readonly Option<bool> _measured = new("--measured")
    {
        Description = "Wants reply times measured by the running relay, and fails without them; else they are used where there are any",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Prints JSON" };

    public Command Build()
    {
        _perHour.Required = true;
        _group.CompletionSources.Add(names.Groups);
        _redundancy.CompletionSources.Add("N", "N+1", "N+2", "N+3");
        _redundancy.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && RedundancyOf(token.Value) is null)
            {
                result.AddError($"--redundancy is N, N+1, N+2 or N+3, not \"{token.Value}\"");
            }
        });
        _size.Validators.Add(static result =>
        {
            if (result.Tokens is [_] && result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--size is 1 or more");
            }
        });
        var command = new Command(
            "plan",
            "Works out how many servers and connections expected traffic needs, and what each failure would do"
        )
        {
            _perHour,
            _peak,
            _redundancy,
            _size,
            _recipients,
            _hours,
            _outage,
            _replyTime,
            _group,
            _measured,
            _json,
        };
        foreach (var option in connection.Place)
        {
            command.Add(option);
        }

        command.SetAction(ExecuteAsync);
        return command;
    }

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var result = ConfigurationOutput.Load(context, parsed.GetValue(config));
        if (result.Options is not { } options)
        {
            ConfigurationOutput.WriteErrors(context.Error, result);
            return ExitCode.Failed;
        }

        try
        {
            var name = NameOf(options, parsed.GetValue(_group));
            var measured = await MeasuredAsync(parsed, name, cancellationToken);
            var input = new PlanInput(parsed.GetValue(_replyTime) / 1000, parsed.GetValue(_recipients));
            return Report(parsed, input.GroupOf(name, options, measured));
        }
        catch (AdminFailure failure)
        {
            await context.Error.WriteLineAsync($"relay: {failure.Message}");
            return ExitCode.Failed;
        }
    }

    private int Report(ParseResult parsed, PlanGroup group)
    {
        var demand = DemandOf(parsed);
        var plan = Planner.Plan(group, demand);
        if (parsed.GetValue(_json))
        {
            context.Output.WriteLine(JsonSerializer.Serialize(plan, AdminClient.Json));
        }
        else
        {
            new PlanText(context.Output).Write(plan, demand);
            if (!group.Keeps)
            {
                context.Output.WriteLine(
                    "Accept is Proxy: what nobody has room for does not queue here; clients are answered 4xx and try again."
                );
            }
        }

        return plan.Suffices ? ExitCode.Success : ExitCode.Failed;
    }

    private PlanDemand DemandOf(ParseResult parsed) =>
        new()
        {
            PerHour = parsed.GetValue(_perHour),
            Peak = parsed.GetValue(_peak),
            Redundancy = RedundancyOf(parsed.GetRequiredValue(_redundancy)) ?? 1,
            Size = parsed.GetValue(_size),
            Recipients = parsed.GetValue(_recipients),
            HoursPerDay = Math.Min(24, parsed.GetValue(_hours)),
            Outage = TimeSpan.FromMinutes(parsed.GetValue(_outage)),
        };

    /// <summary>Without <c>--measured</c> it is no failure that no relay runs: people plan before they start one.</summary>
    private async Task<IReadOnlyList<UpstreamItem>> MeasuredAsync(ParseResult parsed, string group, CancellationToken cancellationToken)
    {
        var isWanted = parsed.GetValue(_measured);
        try
        {
            using var client = connection.Open(parsed);
            var upstreams = await client.UpstreamsAsync(cancellationToken);
            var hasSome = upstreams.Any(item => item.LatencyMs > 0 && string.Equals(item.Group, group, StringComparison.OrdinalIgnoreCase));
            return hasSome || !isWanted
                ? upstreams
                : throw new AdminFailure($"the running relay has delivered nothing by {group} yet: there is no reply time");
        }
        catch (AdminFailure) when (!isWanted)
        {
            return [];
        }
    }

    private static string NameOf(RelayOptions options, string? wanted)
    {
        if (wanted is null && options.Groups.Count == 1)
        {
            return options.Groups.Keys.Single();
        }

        return options.Groups.Keys.FirstOrDefault(name => string.Equals(name, wanted ?? "default", StringComparison.OrdinalIgnoreCase))
            ?? throw new AdminFailure(
                wanted is null
                    ? $"say which group it is about, with --group: {string.Join(", ", options.Groups.Keys.Order(StringComparer.Ordinal))}"
                    : $"there is no group {wanted}; there are {string.Join(", ", options.Groups.Keys.Order(StringComparer.Ordinal))}"
            );
    }

    private static int? RedundancyOf(string text) =>
        text.Trim().ToUpperInvariant() switch
        {
            "N" or "N+0" or "0" => 0,
            "N+1" or "1" => 1,
            "N+2" or "2" => 2,
            "N+3" or "3" => MostRedundancy,
            _ => null,
        };

    private static Option<double> Number(string name, string helpName, string description, double least, double? otherwise = null)
    {
        var option = new Option<double>(name) { HelpName = helpName, Description = description };
        if (otherwise is { } value)
        {
            option.DefaultValueFactory = _ => value;
        }

        option.Validators.Add(result =>
        {
            if (result.Tokens is [_] && !(result.GetValueOrDefault<double>() is var given && given >= least && given <= 1e12))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is a number of {least} or more"));
            }
        });
        return option;
    }
}
