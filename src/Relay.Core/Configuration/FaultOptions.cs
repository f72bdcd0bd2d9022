using System.Text.Json.Serialization;

namespace Relay.Core.Configuration;

/// <summary>How an embedded mailbox fails on purpose, so that an application, or Relay itself, can be seen to bear it.</summary>
public sealed record FaultOptions
{
    /// <summary>Where in the dialogue. Default: <see cref="FaultStage.Dot"/>.</summary>
    public FaultStage Stage { get; init; } = FaultStage.Dot;

    /// <summary>What it does there. Default: <see cref="FaultAction.Reply"/>.</summary>
    public FaultAction Action { get; init; } = FaultAction.Reply;

    /// <summary>What it answers, for <see cref="FaultAction.Reply"/>: code and text on one line, as in <c>451 4.3.0 busy</c>.</summary>
    public string? Reply { get; init; }

    /// <summary>How long it waits, for <see cref="FaultAction.Delay"/>.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>How often: 0 for never, 1 for always. Default: 1.</summary>
    public double Probability { get; init; } = 1;
}

/// <summary>Where in the dialogue a fault happens.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultStage>))]
public enum FaultStage
{
    /// <summary>Before the greeting: nobody there.</summary>
    Connect,
    Greeting,
    Ehlo,
    Mail,
    Rcpt,

    /// <summary>The answer to DATA.</summary>
    Data,

    /// <summary>In the middle of the message.</summary>
    Body,

    /// <summary>The answer to the final dot.</summary>
    Dot,
}

/// <summary>What happens there.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultAction>))]
public enum FaultAction
{
    /// <summary>Another answer; what was asked for is not done.</summary>
    Reply,

    /// <summary>The right answer, later.</summary>
    Delay,

    /// <summary>The connection ends; what was asked for is not done.</summary>
    Disconnect,

    /// <summary>What was asked for is done, and no answer comes.</summary>
    DropReply,
}
