namespace Relay.Core.Configuration;

/// <summary>One receiver of events, by HTTP POST.</summary>
public sealed record WebhookOptions
{
    /// <summary>Where to; <c>https</c>, or <c>http</c> where nobody can listen. It may hold a key, as chat services have it, and is treated as a secret.</summary>
    [Secret]
    public string Url { get; init; } = "";

    /// <summary>Which events. Empty: all.</summary>
    public IReadOnlyList<EventKind> Events { get; init; } = [];

    /// <summary>Key of the signature in the field <c>Relay-Signature</c>; unset: none.</summary>
    [Secret]
    public string? Secret { get; init; }

    /// <summary>File whose first line is the key; instead of <see cref="Secret"/>.</summary>
    public string? SecretFile { get; init; }

    /// <summary>Time for one request, from connecting to the answer. Default: 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an event that was not taken is tried again. Default: 1 h.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Without what is secret: a record would print all it has into a log or the text of an exception.</summary>
    public override string ToString() => nameof(WebhookOptions);
}
