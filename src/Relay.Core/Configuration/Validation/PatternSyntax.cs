namespace Relay.Core.Configuration.Validation;

/// <summary>Patterns of addresses as configurations write them; <c>AddressPattern</c> reads the same.</summary>
internal static class PatternSyntax
{
    public static void Check(string? pattern, KeyScope scope) =>
        scope.ReportIf(
            pattern is not null && !IsPattern(pattern),
            $"\"{pattern}\" is not a pattern: write user@example.com, *@example.com, *@*.example.com, * or <> for the null sender"
        );

    public static bool IsPattern(string pattern) => IsAddress(pattern) || pattern is "<>" or "*";

    public static bool IsAddress(string pattern)
    {
        var at = pattern.LastIndexOf('@');
        return at > 0 && at < pattern.Length - 1 && !pattern.AsSpan().ContainsAny(" <>\t");
    }
}
