using System.Text;
using Relay.Core.Configuration;
using Relay.Core.Files;

namespace Relay.Core.Upstreams.Connections.OAuth2;

/// <summary>
/// The refresh token of a configuration, and what became of it: a provider may give a new one with each access token and refuse the old one from then on
/// (RFC 6749 §10.4). One that came in a file is written back there. Used by one request at a time.
/// </summary>
internal sealed class RefreshTokenKeeper(OAuth2Options options)
{
    private string? _seen;
    private string? _given;

    /// <summary>The one to show next. A file that was changed by hand counts more than what the provider gave before.</summary>
    /// <exception cref="IOException">The file cannot be read, and there is none in memory.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    /// <exception cref="InvalidDataException">The file is empty, and there is none in memory.</exception>
    public string Read()
    {
        if (options.RefreshTokenFile is not { Length: > 0 } file)
        {
            return _given ?? options.RefreshToken!;
        }

        try
        {
            var line = SecretLine.Read(file);
            if (!string.Equals(line, _seen, StringComparison.Ordinal))
            {
                (_seen, _given) = (line, null);
            }
        }
        catch (Exception exception)
            when (_given is not null && exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return _given!;
        }

        return _given ?? _seen!;
    }

    /// <summary>The provider gave this one with its last answer.</summary>
    /// <param name="token">Null: it gave none, and what there is stays good.</param>
    /// <param name="failure">Why it could not be written.</param>
    public RefreshTokenFate Keep(string? token, out string failure)
    {
        failure = "";
        var latest = token ?? _given;
        var known = options.RefreshTokenFile is { Length: > 0 } ? _seen : _given ?? options.RefreshToken;
        if (latest is null || string.Equals(latest, known, StringComparison.Ordinal))
        {
            return RefreshTokenFate.Unchanged;
        }

        _given = latest;
        if (options.RefreshTokenFile is not { Length: > 0 } file)
        {
            return RefreshTokenFate.InMemory;
        }

        try
        {
            return Write(file, latest) ? RefreshTokenFate.Written : RefreshTokenFate.Unchanged;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            failure = exception.Message;
            return RefreshTokenFate.NotWritten; // tried again with the next answer
        }
    }

    /// <summary>Puts the token into the first line and leaves the others. False where somebody else has changed the file meanwhile: the next request reads it.</summary>
    private bool Write(string file, string token)
    {
        var lines = File.ReadAllLines(file);
        if (lines.Length == 0 || !string.Equals(lines[0], _seen, StringComparison.Ordinal))
        {
            return false;
        }

        lines[0] = token;
        DurableFile.Replace(file, Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        (_seen, _given) = (token, null);
        return true;
    }
}

/// <summary>What became of the refresh token that came with an answer.</summary>
internal enum RefreshTokenFate
{
    /// <summary>It is the one that was shown.</summary>
    Unchanged,

    /// <summary>It is new, and lasts as long as the process: the configuration holds the old one.</summary>
    InMemory,

    /// <summary>It is new, and on disk.</summary>
    Written,

    /// <summary>It is new, and could not be written.</summary>
    NotWritten,
}
