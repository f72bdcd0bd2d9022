using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Discovery;

/// <summary>Asks DNS. The seam at the wire.</summary>
internal interface IDiscoveryResolver
{
    /// <summary>Never throws for what a server or a network may do, and takes no longer than <see cref="DiscoveryOptions.Timeout"/>.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="last">What it came to the last time: fills in for a part of the answer that could not be had now.</param>
    /// <param name="options">Whom to ask, and how much may be found.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<DiscoveryFinding> FindAsync(
        DiscoveryQuestion question,
        IReadOnlyList<DiscoveredTarget> last,
        DiscoveryOptions options,
        CancellationToken cancellationToken
    );
}
