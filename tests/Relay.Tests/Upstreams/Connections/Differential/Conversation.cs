using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections.Differential;

/// <summary>A server and the messages it is sent, one after the other, over one connection as long as that is fit for another.</summary>
internal sealed record Conversation(IReadOnlyList<string> Extensions, string ReplyToDataWithoutRecipients, IReadOnlyList<Turn> Turns)
{
    public bool Offers(string keyword) => Extensions.Any(line => line.Split(' ')[0].Equals(keyword, StringComparison.Ordinal));

    public ScriptedUpstreamOptions Server => new() { Extensions = Extensions, ReplyToDataWithoutRecipients = ReplyToDataWithoutRecipients };

    public Conversation Without(string keyword) =>
        this with
        {
            Extensions = [.. Extensions.Where(line => !line.Split(' ')[0].Equals(keyword, StringComparison.Ordinal))],
        };

    public Conversation WithoutDisturbance(Stage stage) =>
        this with
        {
            Turns = [.. Turns.Select(turn => turn with { Disturbances = [.. turn.Disturbances.Where(one => one.Stage != stage)] })],
        };

    public override string ToString() => $"Server: {string.Join(", ", Extensions)}; DATA for nobody: {ReplyToDataWithoutRecipients}";
}
