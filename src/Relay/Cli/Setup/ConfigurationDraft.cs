using System.Globalization;
using System.Text;
using System.Text.Json;
using Relay.Cli.Queue;
using Relay.Core.Configuration;
using Relay.Core.Configuration.Presets;

namespace Relay.Cli.Setup;

/// <summary>Writes the configuration as somebody would who explains it to the next reader.</summary>
internal sealed record ConfigurationDraft
{
    /// <summary>What Relay's own <c>Received:</c> field, and those of others, may add to a message on its way.</summary>
    private const int RoomForHeaders = 64 * 1024;

    private const int LongestComment = 160;

    public required string Listen { get; init; }

    public required IReadOnlyList<ServerDraft> Servers { get; init; }

    public required StrategyAdvice Strategy { get; init; }

    /// <summary>Who may send without a password; empty for this machine only.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    /// <summary>Null for the machine's name.</summary>
    public string? HostName { get; init; }

    /// <summary>Path of each server's password as the configuration names it, by the name of the server.</summary>
    public required IReadOnlyDictionary<string, string> PasswordFiles { get; init; }

    /// <summary>Stands in the first line.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    public string ToText(string fileName)
    {
        var text = new StringBuilder();
        text.Append("{\n");
        Comment(
            text,
            1,
            $"Written by relay init on {WrittenAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}. Every key: docs/configuration.md."
        );
        Comment(text, 1, $"After a change: relay check --probe --config {fileName}");
        text.Append("  \"Relay\": {\n");
        if (HostName is not null)
        {
            Comment(text, 2, "How Relay calls itself in greetings and Received fields.");
            Line(text, 2, $"\"HostName\": {Text(HostName)},");
        }

        Line(text, 2, $"\"Listeners\": {{ \"smtp\": {{ \"Address\": {Text(Listen)} }} }},");
        WriteBounds(text);
        Line(text, 2, "\"Groups\": {");
        Line(text, 3, "\"default\": {");
        WriteGroup(text);
        text.Append("      }\n    }\n  }\n}\n");
        return text.ToString();
    }

    private void WriteBounds(StringBuilder text)
    {
        if (Networks.Count > 0)
        {
            Comment(text, 2, "Who may send without a password.");
            Line(text, 2, $"\"Access\": {{ \"Networks\": [{string.Join(", ", Networks.Select(Text))}] }},");
        }

        if (
            Servers.Min(static server => server.Size) is { } size
            && size - RoomForHeaders is > 0 and var room
            && room < new LimitOptions().MessageSize
        )
        {
            Comment(text, 2, $"One of the servers takes {size.ToString(CultureInfo.InvariantCulture)} bytes; fields are added on the way.");
            Line(text, 2, $"\"Limits\": {{ \"MessageSize\": {room.ToString(CultureInfo.InvariantCulture)} }},");
        }
    }

    private void WriteGroup(StringBuilder text)
    {
        Comment(text, 4, Strategy.Why);
        Line(text, 4, $"\"Strategy\": {Text(Strategy.Strategy)},");
        if (Strategy.AsksOthers)
        {
            Line(text, 4, "\"Refused\": \"TryNext\",");
        }

        Line(text, 4, "\"Upstreams\": {");
        for (var index = 0; index < Servers.Count; index++)
        {
            WriteServer(text, Servers[index], isLast: index == Servers.Count - 1);
        }

        Line(text, 4, "}");
    }

    private void WriteServer(StringBuilder text, ServerDraft server, bool isLast)
    {
        Comment(text, 5, Describe(server));
        var keys = Keys(server).Select(static key => $"{Text(key.Name)}: {Text(key.Value)}");
        Line(text, 5, $"{Text(server.Name)}: {{ {string.Join(", ", keys)} }}{(isLast ? "" : ",")}");
    }

    private IEnumerable<(string Name, string Value)> Keys(ServerDraft server)
    {
        if (server.Preset != UpstreamPreset.None)
        {
            yield return (nameof(UpstreamOptions.Preset), server.Preset.ToString());
        }

        yield return (nameof(UpstreamOptions.Address), server.Address.ToString());
        if (server.Tls != (ProviderPresets.Find(server.Preset)?.Tls ?? UpstreamTls.Auto))
        {
            yield return (nameof(UpstreamOptions.Tls), server.Tls.ToString());
        }

        if (server.Pin is { } pin)
        {
            yield return (nameof(UpstreamOptions.Certificate), pin);
        }

        if (server.UserName is { } user)
        {
            yield return (nameof(UpstreamOptions.UserName), user);
            yield return (nameof(UpstreamOptions.PasswordFile), PasswordFiles[server.Name]);
        }
    }

    private static string Describe(ServerDraft server) =>
        server.Report switch
        {
            null => "Not asked yet.",
            { Works: false } report => $"Did not work when it was asked: {report.Problem}",
            var report => string.Create(
                CultureInfo.InvariantCulture,
                $"Answered in {report.Milliseconds:0} ms, {report.Tls ?? "in clear text"}: {string.Join(", ", report.Extensions.Where(static extension => extension.Length > 0))}"
            ),
        };

    private static void Comment(StringBuilder text, int depth, string comment)
    {
        // Words of a server end neither the line nor the comment.
        var plain = QueueTable.Plain(comment);
        Line(text, depth, $"// {(plain.Length <= LongestComment || depth < 5 ? plain : $"{plain[..LongestComment]}…")}");
    }

    private static void Line(StringBuilder text, int depth, string line) => text.Append(' ', depth * 2).Append(line).Append('\n');

    private static string Text(string value) => JsonSerializer.Serialize(value, JsonSerializerOptions.Web);
}
