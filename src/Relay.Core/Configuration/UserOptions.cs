namespace Relay.Core.Configuration;

/// <summary>Somebody who may log in. Exactly one of <see cref="PasswordHash"/> and <see cref="PasswordHashFile"/> is needed.</summary>
public sealed record UserOptions
{
    /// <summary>What <c>relay hash-password</c> printed. The password cannot be read from it.</summary>
    [Secret]
    public string? PasswordHash { get; init; }

    /// <summary>File whose first line is that; a change of the file takes effect by itself.</summary>
    public string? PasswordHashFile { get; init; }

    /// <summary>Patterns, as of routes, one of which the sender's address must match; others are refused with 553 5.7.1. Default: none, any sender.</summary>
    public IReadOnlyList<string> Senders { get; init; } = [];

    /// <summary>Without what is secret: a record would print all it has into a log or the text of an exception.</summary>
    public override string ToString() => $"{nameof(UserOptions)} {PasswordHashFile}";
}
