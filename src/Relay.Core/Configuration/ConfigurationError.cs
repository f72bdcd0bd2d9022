namespace Relay.Core.Configuration;

/// <summary>One thing that is wrong with a configuration, and where it stands.</summary>
/// <param name="Key">The full key: <c>Relay:Groups:default:Upstreams:a:Weight</c>; the file's path for errors of the file itself.</param>
/// <param name="Text">What is wrong, and where it helps what to write instead. Never holds a secret.</param>
public sealed record ConfigurationError(string Key, string Text)
{
    public override string ToString() => $"{Key}: {Text}";
}
