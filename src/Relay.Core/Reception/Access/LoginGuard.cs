using System.Net;
using System.Net.Sockets;
using Relay.Core.Configuration;

namespace Relay.Core.Reception.Access;

/// <summary>
/// Makes guessing passwords slow, then impossible: counts failed logins by address and by user. A success does not clear an address, or one who has an
/// account would guess others' between his own logins. A user who is locked out still gets in from where it was seen lately, so that strangers cannot
/// lock an application out.
/// </summary>
internal sealed class LoginGuard(TimeProvider time)
{
    private const int MostAddresses = 50_000;
    private const int MostUsers = 10_000;
    private const int LongestDelay = 10;
    private const int BytesOfClient = 8;
    private const string Local = "local";

    private static readonly TimeSpan SeenLately = TimeSpan.FromDays(1);

    private readonly ExpiringTable<string, int> _addresses = new(time, MostAddresses);
    private readonly ExpiringTable<string, int> _users = new(time, MostUsers);
    private readonly ExpiringTable<(string User, string Address), bool> _seen = new(time, MostAddresses);

    /// <summary>Whether an address has failed too often.</summary>
    public bool IsLockedOut(IPAddress? client, FailedLoginOptions options) =>
        _addresses.TryGet(KeyOf(client), out var failures) && failures >= options.PerAddress;

    /// <summary>Whether there were too many failures as this user, and the address is not one of its own.</summary>
    public bool IsLockedOut(RelayUser user, IPAddress? client, FailedLoginOptions options) =>
        _users.TryGet(KeyOf(user), out var failures) && failures >= options.PerUser && !_seen.TryGet((KeyOf(user), KeyOf(client)), out _);

    /// <summary>Counts a failure.</summary>
    /// <param name="user">Whose name was claimed; null when nobody has it.</param>
    /// <param name="client">Where from.</param>
    /// <param name="options">The rules.</param>
    /// <returns>How often the address has failed.</returns>
    public int Fail(RelayUser? user, IPAddress? client, FailedLoginOptions options)
    {
        if (user is not null)
        {
            CountUp(_users, KeyOf(user), options.PerUser, options.Lockout);
        }

        return CountUp(_addresses, KeyOf(client), options.PerAddress, options.Lockout);
    }

    public void Succeed(RelayUser user, IPAddress? client)
    {
        _users.Remove(KeyOf(user));
        _seen.Update((KeyOf(user), KeyOf(client)), SeenLately, static _ => true);
    }

    /// <summary>How long the reply to the n-th failure waits.</summary>
    public static TimeSpan DelayOf(int failures, FailedLoginOptions options) => options.Delay * Math.Min(failures, LongestDelay);

    // Whoever is locked out is not counted: the lock-out ends in its time even for one who goes on trying.
    private static int CountUp(ExpiringTable<string, int> table, string key, int most, TimeSpan lockout) =>
        table.TryGet(key, out var failures) && failures >= most ? failures : table.Update(key, lockout, static count => count + 1);

    private static string KeyOf(RelayUser user) => user.Name.ToUpperInvariant();

    // One who has IPv6 has a /64 of addresses at least.
    private static string KeyOf(IPAddress? client) =>
        client is null ? Local
        : client.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(client.GetAddressBytes().AsSpan(0, BytesOfClient))
        : client.ToString();
}
