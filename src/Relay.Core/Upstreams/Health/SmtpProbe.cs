using Relay.Core.Configuration;
using Relay.Core.Upstreams.Connections;

namespace Relay.Core.Upstreams.Health;

/// <summary>
/// Finds out whether a server would take mail without sending any: connects, reads the greeting, says EHLO, starts TLS where mail would, logs in if asked to,
/// says QUIT and waits for the answer. Never MAIL.
/// </summary>
/// <param name="sessions">Gives the factory of sessions for options: a check has shorter times than mail, and mostly no user.</param>
/// <param name="time">The clock.</param>
internal sealed class SmtpProbe(Func<UpstreamOptions, IUpstreamSessionFactory> sessions, TimeProvider time)
{
    /// <summary>Never throws for what a server or a network may do.</summary>
    /// <param name="upstream">The server.</param>
    /// <param name="terms">How long it may take, and whether it logs in.</param>
    /// <param name="cancellationToken">Gives it up; the failure is <see cref="UpstreamFailureKind.Cancelled"/> then, and says nothing about the server.</param>
    public async Task<ProbeResult> RunAsync(UpstreamOptions upstream, ProbeTerms terms, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(terms.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var opened = await sessions(OptionsFor(upstream, terms)).OpenAsync(client: null, either.Token);
        if (opened.Session is not { } session)
        {
            return new ProbeResult(null, FailureOf(opened.Failure!, cancellationToken));
        }

        var peer = terms.Describe ? session.Describe() : null;
        await session.DisposeAsync(); // says QUIT and waits for the answer, for two seconds at most: what was asked is answered already
        return new ProbeResult(session.Capabilities, null, peer);
    }

    private static UpstreamOptions OptionsFor(UpstreamOptions upstream, ProbeTerms terms)
    {
        var hasUser = upstream.UserName is not null;
        var authenticates = hasUser && terms.Authenticate;
        return upstream with
        {
            // Mail with a password insists on TLS; without the user this must not be forgotten.
            Tls = hasUser && upstream.Tls == UpstreamTls.Auto ? UpstreamTls.StartTls : upstream.Tls,
            UserName = authenticates ? upstream.UserName : null,
            Password = authenticates ? upstream.Password : null,
            PasswordFile = authenticates ? upstream.PasswordFile : null,
            OAuth2 = authenticates ? upstream.OAuth2 : null,
        };
    }

    /// <summary>To the session the deadline of the check is a withdrawal like any other.</summary>
    private static UpstreamFailure FailureOf(UpstreamFailure failure, CancellationToken withdrawn) =>
        failure.Kind == UpstreamFailureKind.Cancelled && !withdrawn.IsCancellationRequested
            ? failure with
            {
                Kind = UpstreamFailureKind.TimedOut,
            }
            : failure;
}
