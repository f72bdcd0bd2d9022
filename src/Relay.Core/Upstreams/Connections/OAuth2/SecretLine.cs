namespace Relay.Core.Upstreams.Connections.OAuth2;

/// <summary>The first line of a file that holds a secret, as it is now.</summary>
internal static class SecretLine
{
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it.</exception>
    /// <exception cref="InvalidDataException">The line is empty.</exception>
    public static string Read(string path) =>
        File.ReadLines(path).FirstOrDefault() is { Length: > 0 } line
            ? line
            : throw new InvalidDataException($"The first line of {path} is empty.");
}
