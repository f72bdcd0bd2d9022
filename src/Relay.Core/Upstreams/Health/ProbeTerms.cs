namespace Relay.Core.Upstreams.Health;

/// <summary>How a <see cref="SmtpProbe"/> is made.</summary>
/// <param name="Timeout">From connecting to the last reply before QUIT.</param>
/// <param name="Authenticate">Log in, where the upstream has a user.</param>
/// <param name="Describe">Tell what the server showed of itself, too.</param>
internal readonly record struct ProbeTerms(TimeSpan Timeout, bool Authenticate, bool Describe = false);
