namespace Relay.Tests.Upstreams.Connections.Differential;

/// <summary>A difference that is explained.</summary>
/// <param name="Reason">Why it is there, and why it harms nobody.</param>
/// <param name="Explains">Whether it is this one.</param>
internal sealed record KnownDifference(string Reason, Func<Difference, bool> Explains);

/// <summary>One aspect of one turn that is not the same: <paramref name="Expected"/> is by Relay's own client and DATA.</summary>
internal sealed record Difference(Conversation Conversation, Turn Turn, Aspect Aspect, Observation Expected, Observation Actual)
{
    public string ExpectedText => Expected[Aspect];

    public string ActualText => Actual[Aspect];

    /// <summary>All replies that are expected are there, and more.</summary>
    public bool HasMoreRecipients =>
        ExpectedText
            .Split(" | ")
            .Zip(ActualText.Split(" | "))
            .All(static pair => pair.First.Length == 0 || pair.First.Equals(pair.Second, StringComparison.Ordinal));

    /// <summary>It was perhaps sent in one flight, which the first message of a connection never is.</summary>
    public bool MayFly => Conversation.Offers("PIPELINING") && !ReferenceEquals(Turn, Conversation.Turns[0]);

    /// <summary>Both ended in the same way, but the one in flight cannot know how far it came.</summary>
    public bool IsUncertainInstead =>
        Expected[Aspect.Failure].Split(' ', 2) is [("Mail" or "Rcpt"), var kind]
        && Actual[Aspect.Failure].Equals($"Dot {kind}", StringComparison.Ordinal);

    public bool HasDisturbance(string text) => Turn.Disturbances.Any(one => one.Text?.Equals(text, StringComparison.Ordinal) == true);

    public bool HasIdnInAscii =>
        Turn
            .Envelope.Recipients.Select(static to => to.Path)
            .Append(Turn.Envelope.Sender)
            .Any(path => TestAddress.All.Any(address => address.IsAsciiIdn && address.Text.Equals(path.Text, StringComparison.Ordinal)));

    public override string ToString() => $"{Aspect}:\n  expected {Short(ExpectedText)}\n  actual   {Short(ActualText)}";

    private static string Short(string text) => text.Length <= 400 ? $"\"{text}\"" : $"\"{text[..400]}…\" ({text.Length})";
}
