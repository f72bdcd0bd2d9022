using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections.Differential;

/// <summary>Something that the server does otherwise than usual.</summary>
/// <param name="Stage">Where.</param>
/// <param name="Recipient">Which recipient of the original turn; null where it is not one's own.</param>
/// <param name="Text">What it says; null: it closes without a word.</param>
internal sealed record Disturbance(Stage Stage, int? Recipient, string? Text)
{
    /// <summary>The text is written as it is: no reply, and what comes afterwards is as usual.</summary>
    public bool IsGarbage { get; init; }

    public bool IsBytewise { get; init; }

    public bool Closes { get; init; }

    public void Apply(ScriptedUpstream upstream, Turn turn)
    {
        var fault = upstream.On(Stage);
        if (Recipient is { } recipient)
        {
            var place = turn.Places[recipient];
            fault.For(place < 0 ? "nobody" : turn.Envelope.Recipients[place].Path.Text);
        }

        _ = Text switch
        {
            null => fault.Disconnect(),
            _ when IsGarbage => fault.Garbage(Text),
            _ => fault.Reply(Text),
        };
        if (IsBytewise)
        {
            fault.Bytewise();
        }

        if (Closes)
        {
            fault.ThenDisconnect();
        }
    }
}
