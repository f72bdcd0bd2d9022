namespace Relay.Benchmarks.Growth;

/// <summary>One size of what Relay has to deal with; all but one number are those of the base.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Axis">Which number grows.</param>
/// <param name="Sessions">Kept-open client connections.</param>
/// <param name="Upstreams">Members of the group.</param>
/// <param name="Routes">All mail takes the last.</param>
internal sealed record GrowthPoint(string Name, string Axis, int Sessions, int Upstreams, int Routes)
{
    public const string BaseName = "base";

    public static GrowthPoint Base { get; } = new(BaseName, "", 20, 3, 1);

    /// <summary>The base first.</summary>
    public static IReadOnlyList<GrowthPoint> All { get; } =
    [Base, OfSessions(100), OfSessions(300), OfSessions(1000), OfUpstreams(20), OfUpstreams(200), OfRoutes(30), OfRoutes(1000)];

    private static GrowthPoint OfSessions(int count) => Base with { Name = $"sessions-{count}", Axis = "sessions", Sessions = count };

    private static GrowthPoint OfUpstreams(int count) => Base with { Name = $"upstreams-{count}", Axis = "upstreams", Upstreams = count };

    private static GrowthPoint OfRoutes(int count) => Base with { Name = $"routes-{count}", Axis = "routes", Routes = count };
}
