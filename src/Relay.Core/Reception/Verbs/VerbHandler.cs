namespace Relay.Core.Reception.Verbs;

/// <summary>
/// What one command does. Handlers hold no state of a session, so that one set serves all sessions of a listener, and never wait: what
/// takes time (mail data, a TLS handshake, a login) is named as the next step and done by the session.
/// </summary>
internal abstract class VerbHandler
{
    /// <summary>Runs the command; that it may come now was checked before.</summary>
    /// <param name="context">The session.</param>
    /// <param name="argument">What followed the verb; valid during the call.</param>
    public abstract VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument);
}
