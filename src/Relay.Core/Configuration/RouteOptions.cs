namespace Relay.Core.Configuration;

/// <summary>Decides the group of a recipient. All conditions given must hold; a route without conditions matches everything.</summary>
public sealed record RouteOptions
{
    /// <summary>Sender pattern: <c>user@example.com</c>, <c>*@example.com</c>, <c>*@*.example.com</c>, or <c>&lt;&gt;</c> for the null sender.</summary>
    public string? From { get; init; }

    /// <summary>Recipient pattern, as <see cref="From"/>.</summary>
    public string? To { get; init; }

    /// <summary>Name of the listener that the message came in by.</summary>
    public string? Listener { get; init; }

    /// <summary>Network (CIDR) of the client.</summary>
    public string? Client { get; init; }

    /// <summary>Name of the user that the client logged in as.</summary>
    public string? User { get; init; }

    /// <summary>In place of <see cref="RetryOptions.GiveUpAfter"/>: a one-time code is worthless after ten minutes. Default: unset.</summary>
    public TimeSpan? GiveUpAfter { get; init; }

    /// <summary>Name of the group that takes the message.</summary>
    public string Group { get; init; } = "";
}
