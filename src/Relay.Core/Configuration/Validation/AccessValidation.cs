namespace Relay.Core.Configuration.Validation;

/// <summary>Who may relay; a slip here must not make an open relay.</summary>
internal static class AccessValidation
{
    public static void Check(AccessOptions access, KeyScope scope)
    {
        for (var index = 0; index < access.Networks.Count; index++)
        {
            var entry = scope.At(nameof(access.Networks)).At(index);
            var isOpen = NetworkSyntax.Read(access.Networks[index], entry) is { PrefixLength: 0 } && !access.AllowOpenRelay;
            entry.ReportIf(isOpen, $"{access.Networks[index]} lets everybody relay; if that is meant, set {nameof(access.AllowOpenRelay)}");
        }
    }
}
