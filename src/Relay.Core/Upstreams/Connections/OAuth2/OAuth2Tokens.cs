using Microsoft.Extensions.Logging;
using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Connections.OAuth2;

/// <summary>
/// The token sources of all upstreams. Upstreams that would ask for the same token share it, so that a refresh token that is good for one request is not shown twice.
/// A source lasts as long as an upstream uses it, over all reloads that leave its section as it is.
/// </summary>
internal sealed class OAuth2Tokens(TokenEndpointClient endpoint, TimeProvider time, ILogger<OAuth2TokenSource> logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Account, WeakReference<OAuth2TokenSource>> _sources = [];

    /// <param name="upstream">With a section <see cref="UpstreamOptions.OAuth2"/>. The caller keeps the source as long as it may need it again.</param>
    public OAuth2TokenSource For(UpstreamOptions upstream)
    {
        var options = upstream.OAuth2 ?? throw new ArgumentException("The upstream has no OAuth2.", nameof(upstream));
        // Only a service account says for whom it asks.
        var account = new Account(options, options.IsServiceAccount ? upstream.UserName : null);
        lock (_lock)
        {
            if (_sources.TryGetValue(account, out var known) && known.TryGetTarget(out var source))
            {
                return source;
            }

            ForgetUnusedLocked();
            source = new OAuth2TokenSource(options, upstream.UserName ?? "", endpoint, time, logger);
            _sources[account] = new WeakReference<OAuth2TokenSource>(source);
            return source;
        }
    }

    private void ForgetUnusedLocked()
    {
        foreach (var (account, source) in _sources.ToList())
        {
            if (!source.TryGetTarget(out _))
            {
                _sources.Remove(account);
            }
        }
    }

    private readonly record struct Account(OAuth2Options Options, string? User);
}
