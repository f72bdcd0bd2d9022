namespace Relay.Core.Upstreams.Connections.OAuth2;

/// <summary>What is sent to a token endpoint.</summary>
/// <param name="Endpoint">Where to.</param>
/// <param name="Fields">The form (RFC 6749 §4.4.2, §6; RFC 7523 §2.1).</param>
/// <param name="Secrets">Those of its values that no text may repeat, whatever the endpoint answers.</param>
internal sealed record TokenRequest(Uri Endpoint, IReadOnlyDictionary<string, string> Fields, IReadOnlyList<string> Secrets)
{
    /// <summary>The endpoint as logs name it: a query might hold what is nobody's business.</summary>
    public string EndpointName => Endpoint.GetLeftPart(UriPartial.Path);

    /// <summary>Without what is secret.</summary>
    public override string ToString() => EndpointName;
}
