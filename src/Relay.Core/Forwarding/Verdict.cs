using Relay.Core.Messages;

namespace Relay.Core.Forwarding;

/// <summary>What an event means: for the recipient if nobody else is asked, for the search for another upstream, and for this upstream.</summary>
/// <param name="Outcome">What becomes of the recipient if this was the last upstream.</param>
/// <param name="Next">Whether another upstream is asked now.</param>
/// <param name="Blame">What it counts as against this upstream.</param>
internal readonly record struct Verdict(OutcomeKind Outcome, NextStep Next, Blame Blame);

internal enum NextStep
{
    /// <summary>Nobody else is asked.</summary>
    Stop,

    /// <summary>The next upstream is asked, as long as there is one and the budget lasts.</summary>
    TryAnother,

    /// <summary>One other upstream is asked, and its word is the last.</summary>
    TryOneOther,

    /// <summary>The same upstream is asked once more over a fresh connection, without penalty.</summary>
    RetryOnFresh,

    /// <summary>Nothing was sent for it: the upstream's pace has room for no more. Another one is asked, or the same one again when it has.</summary>
    WhenInPace,

    /// <summary>The recipient goes in a further transaction on the same connection.</summary>
    FurtherTransaction,
}

/// <summary>What an event says about the upstream.</summary>
internal enum Blame
{
    /// <summary>Nothing: the upstream did as it should.</summary>
    None,

    /// <summary>It had something against the message.</summary>
    Message,

    /// <summary>It wants less mail.</summary>
    Pace,

    /// <summary>It wants fewer connections, or fewer logins.</summary>
    Logins,

    /// <summary>It failed.</summary>
    Host,

    /// <summary>It failed in a way that somebody has to look at: words about the relay, the account or itself, or no TLS.</summary>
    HostAlarm,

    /// <summary>It does not accept our credentials.</summary>
    Credentials,

    /// <summary>Its certificate is not trusted.</summary>
    Certificate,

    /// <summary>The attempt was given up by Relay itself.</summary>
    Nobody,
}
