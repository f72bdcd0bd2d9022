using Relay.Core.Configuration;
using Relay.Simulation.Doors;
using Relay.Simulation.Providers;

namespace Relay.Simulation.Engine;

/// <summary>
/// What else happens in some of the schedules. Each has chance of its own, so that the other schedules, and the seeds that are written down, stay what they
/// were when one is added.
/// </summary>
internal sealed class Variations(int seed)
{
    /// <summary>The configuration changes.</summary>
    public Random? Reloads { get; } = seed % 4 == 2 && !HasSpool(seed) && !HasProviders(seed) ? new Random(~seed) : null;

    /// <summary>Silent servers are checked.</summary>
    public Random? Checks { get; } = seed % 5 == 2 ? new Random(seed ^ 0x1000_0000) : null;

    /// <summary>Somebody drains servers and resumes them.</summary>
    public Random? Operator { get; } = seed % 8 == 7 && !HasSpool(seed) ? new Random(seed ^ 0x2000_0000) : null;

    /// <summary>The process is asked to end while there is mail.</summary>
    public Random? Shutdown { get; } = seed % 7 == 0 && !HasSpool(seed) ? new Random(seed ^ 0x3000_0000) : null;

    /// <summary>There is a second group, and recipients that go there.</summary>
    public Random? OtherGroup { get; } = seed % 6 == 2 ? new Random(seed ^ 0x4000_0000) : null;

    /// <summary>There is a spool, on a disk that fails now and then, and the process is killed and started again. Of the other variations the other group, checks and odd replies come with it.</summary>
    public Random? Spool { get; init; } = HasSpool(seed) ? new Random(seed ^ 0x6000_0000) : null;

    /// <summary>Servers answer 500, 502 and 503 where a verdict is due.</summary>
    public Random? OddReplies { get; } = seed % 11 == 6 ? new Random(seed ^ 0x5000_0000) : null;

    /// <summary>Which client talks to the servers.</summary>
    public UpstreamClient Client { get; } = seed % 3 == 1 ? UpstreamClient.MailKit : UpstreamClient.Native;

    /// <summary>Some servers take BDAT, and Relay's own client sends them all in one flight.</summary>
    public Random? Chunking { get; } = seed % 2 == 0 ? new Random(seed ^ 0x7000_0000) : null;

    /// <summary>Clients come in by the front door: from any network, through balancers and gateways, with logins, over TLS, with DATA or BDAT.</summary>
    public Random? Doors { get; } = HasDoors(seed) ? new Random(seed ^ 0x0800_0000) : null;

    /// <summary>How that door is configured.</summary>
    public DoorRules? Rules { get; } =
        HasDoors(seed) ? DoorRules.Create(new Random(seed ^ 0x0900_0000), hasOtherGroup: seed % 6 == 2) : null;

    /// <summary>Some servers are accounts at providers: with limits that Relay knows, with others that it does not know, or both. Half of these schedules have a spool.</summary>
    public ProviderRules? Providers { get; init; } = HasProviders(seed) ? new ProviderRules(new Random(seed ^ 0x0A00_0000)) : null;

    /// <summary>The machine's clock is set now and then. The rules of the door count by it, so that it goes right where there is one.</summary>
    public WallClock? Clock { get; } = seed % 17 == 13 && !HasDoors(seed) ? new WallClock(new Random(seed ^ 0x0B00_0000)) : null;

    private static bool HasProviders(int seed) => seed % 17 is 6 or 13;

    private static bool HasSpool(int seed) => seed % 13 == 7 || seed % 17 == 13;

    private static bool HasDoors(int seed) => seed % 9 == 8 || seed % 11 == 9;
}
