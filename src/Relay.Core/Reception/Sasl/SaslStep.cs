using Relay.Core.Reception.Access;

namespace Relay.Core.Reception.Sasl;

/// <summary>What came of a client's response.</summary>
/// <param name="State">How it stands.</param>
/// <param name="Challenge">What to send, when the exchange goes on.</param>
internal readonly record struct SaslStep(SaslState State, byte[]? Challenge = null)
{
    public static readonly SaslStep Succeeded = new(SaslState.Succeeded);
    public static readonly SaslStep Failed = new(SaslState.Failed);
    public static readonly SaslStep Malformed = new(SaslState.Malformed);

    public static SaslStep Ask(byte[] challenge) => new(SaslState.GoesOn, challenge);

    public static SaslStep Of(PasswordVerdict verdict) =>
        verdict switch
        {
            PasswordVerdict.Right => Succeeded,
            PasswordVerdict.Busy => new SaslStep(SaslState.Busy),
            _ => Failed,
        };
}

internal enum SaslState
{
    /// <summary>The client is to answer a challenge.</summary>
    GoesOn,
    Succeeded,

    /// <summary>Wrong name, wrong password, or a wish that is not granted: nobody is told which.</summary>
    Failed,

    /// <summary>What came is not of the mechanism.</summary>
    Malformed,

    /// <summary>It could not be checked now.</summary>
    Busy,
}
