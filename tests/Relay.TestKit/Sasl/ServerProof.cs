namespace Relay.TestKit.Sasl;

/// <summary>What a server says of its own knowledge of the password where a mechanism asks it to prove that (SCRAM).</summary>
public enum ServerProof
{
    Right,

    /// <summary>It does not know the password, and lets anybody in.</summary>
    Wrong,

    /// <summary>It says 235 without a proof.</summary>
    Missing,
}
