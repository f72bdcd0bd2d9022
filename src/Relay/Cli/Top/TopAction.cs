using Relay.Admin;

namespace Relay.Cli.Top;

/// <summary>What somebody wants done with an upstream.</summary>
/// <param name="Verb"><c>drain</c>, <c>resume</c> or <c>weight</c>, as the API calls it.</param>
/// <param name="Weight">Where it is about that.</param>
internal sealed record TopAction(string Verb, UpstreamItem Upstream, int Weight = 0)
{
    public string Path => $"/api/v1/upstreams/{Upstream.Group}/{Upstream.Name}/{Verb}";

    /// <summary>As a question asks for it.</summary>
    public string Words =>
        Verb == "weight" ? $"set the weight of {UpstreamRow.KeyOf(Upstream)} to {Weight}" : $"{Verb} {UpstreamRow.KeyOf(Upstream)}";
}
