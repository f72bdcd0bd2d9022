namespace Relay.Core.Reception;

/// <summary>Where a session stands between commands (RFC 5321 §3, §4.1.4).</summary>
internal enum SessionState
{
    /// <summary>Greeted; neither EHLO nor HELO has come.</summary>
    Connected,

    /// <summary>Introduced; no transaction is open.</summary>
    Ready,

    /// <summary>MAIL was accepted, no recipient yet.</summary>
    Sender,

    /// <summary>At least one recipient was accepted.</summary>
    Recipients,

    /// <summary>A message came by BDAT in part (RFC 3030 §2); more of it, or RSET, is to come.</summary>
    Chunks,
}
