namespace Relay.Admin.Security;

/// <summary>What somebody may do with the HTTP side.</summary>
internal enum AccessLevel
{
    /// <summary>Look, and ask what would be.</summary>
    Read,

    /// <summary>Everything.</summary>
    Admin,
}
