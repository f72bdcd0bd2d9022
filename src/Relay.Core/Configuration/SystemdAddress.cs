namespace Relay.Core.Configuration;

/// <summary>
/// The address of sockets that systemd has opened and hands over under a name: <c>systemd:NAME</c>. Only what listens can have one; which address it
/// really is stands in the .socket unit, and is not known before the start.
/// </summary>
public static class SystemdAddress
{
    private const string Prefix = "systemd:";

    /// <summary>As systemd limits <c>FileDescriptorName=</c>.</summary>
    private const int LongestName = 255;

    /// <summary>Whether a text is such an address, whatever its name is worth.</summary>
    public static bool TryGetName(string text, out string name)
    {
        var isOne = text.StartsWith(Prefix, StringComparison.Ordinal);
        name = isOne ? text[Prefix.Length..] : "";
        return isOne;
    }

    /// <summary>Whether a .socket unit can give this name: that of the unit itself, or one of <c>FileDescriptorName=</c>.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName
        && name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '@');
}
