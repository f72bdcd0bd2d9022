using System.Globalization;

namespace Relay.Core.Upstreams.Agent;

/// <summary>
/// One line of an agent, in the words of HAProxy's agent-check: <c>75%</c>, <c>maxconn:30</c>, <c>ready</c>, <c>drain</c>, <c>maint</c>, <c>up</c>, <c>down</c>,
/// <c>fail</c>, <c>stopped</c>, in any case and order, with blanks or commas between, and a reason behind <c>#</c>. What is not known is passed over, so that agents may
/// say more than Relay understands.
/// </summary>
internal sealed record AgentReply
{
    private const int MostPercent = 100_000;
    private const int LongestReason = 100;

    public int? Percent { get; init; }

    public AgentMode? Mode { get; init; }

    public bool? IsUp { get; init; }

    public string Reason { get; init; } = "";

    public int? MaximumConnections { get; init; }

    public bool SaysAnything => Percent is not null || Mode is not null || IsUp is not null || MaximumConnections is not null;

    /// <summary>Reads the line; of two words about the same thing the later one counts.</summary>
    public static AgentReply Parse(string line)
    {
        var hash = line.IndexOf('#', StringComparison.Ordinal);
        var reply = new AgentReply();
        foreach (var word in (hash < 0 ? line : line[..hash]).Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            reply = reply.With(word.ToLowerInvariant());
        }

        return hash >= 0 && reply.IsUp == false ? reply with { Reason = Clean(line[(hash + 1)..]) } : reply;
    }

    private AgentReply With(string word) =>
        word switch
        {
            "ready" => this with { Mode = AgentMode.Ready },
            "drain" => this with { Mode = AgentMode.Drain },
            "maint" => this with { Mode = AgentMode.Maintenance },
            "up" => this with { IsUp = true },
            "down" or "fail" or "failed" or "stopped" => this with { IsUp = false, Reason = word == "down" ? "" : word },
            _ when word.EndsWith('%') && Number(word[..^1]) is { } percent => this with { Percent = Math.Min(percent, MostPercent) },
            _ when word.StartsWith("maxconn:", StringComparison.Ordinal) && Number(word["maxconn:".Length..]) is > 0 and var most =>
                this with
                {
                    MaximumConnections = most,
                },
            _ => this,
        };

    private static int? Number(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>It comes to the log and to the page: printable, and short.</summary>
    private static string Clean(string reason)
    {
        var printable = string.Concat(
            reason.Trim().Take(LongestReason).Select(static character => character is >= ' ' and <= '~' ? character : '?')
        );
        return printable.Trim();
    }
}
