using System.Net;
using Relay.Simulation.Doors;
using Relay.Simulation.Engine;

namespace Relay.Simulation.Model;

/// <summary>
/// What the clients of one process did, counted as they saw it, and so in two ways: what Relay must have counted by now, and what it may have counted.
/// </summary>
internal sealed class DoorBook(VirtualTime time, DoorRules rules, Ledger ledger)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // A slot is counted as long as any of it is within the minute.
    private static readonly TimeSpan Slot = TimeSpan.FromSeconds(5);

    // Of the way to the client and back.
    private static readonly TimeSpan Way = TimeSpan.FromMilliseconds(10);

    private readonly List<Place> _places = [];
    private readonly Dictionary<string, List<TimeSpan>> _messages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<TimeSpan>> _recipients = new(StringComparer.Ordinal);
    private readonly List<FailedLogin> _failures = [];
    private readonly List<(string User, string? Key, TimeSpan At)> _successes = [];

    /// <summary>Relay learns whom the connection is from.</summary>
    public Place Arrives(IPAddress? address)
    {
        var place = new Place(Caller.KeyOf(address), time.Now);
        _places.Add(place);
        return place;
    }

    /// <summary>It was greeted.</summary>
    public void Admitted(Place place)
    {
        place.IsAdmitted = true;
        var held = _places.Count(other => IsSame(other, place) && other.IsAdmitted && other.Left is null);
        ledger.Check(
            place.Key is null || held <= rules.Limits.ConnectionsPerClient,
            $"{place.Key} has {held} connections, more than {rules.Limits.ConnectionsPerClient}"
        );
    }

    /// <summary>There were too many of its network.</summary>
    public void TurnedAway(Place place)
    {
        var others = _places.Count(other => other != place && IsSame(other, place) && (other.Left is null || other.Left >= place.Since));
        ledger.Check(
            place.Key is not null && others >= rules.Limits.ConnectionsPerClient,
            $"{place.Key} is turned away, and has only {others} other connections"
        );
    }

    /// <summary>Relay has ended it.</summary>
    public void Left(Place place) => place.Left = time.Now;

    public void TookMessage(Caller caller) => Took(_messages, caller, rules.Limits.MessagesPerClientPerMinute, "messages");

    public void TookRecipient(Caller caller) => Took(_recipients, caller, rules.Limits.RecipientsPerClientPerMinute, "recipients");

    public void MessagesPutOff(Caller caller) => PutOff(_messages, caller, rules.Limits.MessagesPerClientPerMinute, "messages");

    public void RecipientsPutOff(Caller caller) => PutOff(_recipients, caller, rules.Limits.RecipientsPerClientPerMinute, "recipients");

    /// <summary>AUTH is answered: whether the address was locked out.</summary>
    public void Asked(Caller caller, TimeSpan at, bool isRefused)
    {
        var known = _failures.Count(failure =>
            IsFrom(failure, caller) && failure.IsKnown && failure.At > at - rules.FailedLogins.Lockout + Way
        );
        var possible = _failures.Count(failure => IsFrom(failure, caller));
        ledger.Check(isRefused || known < rules.FailedLogins.PerAddress, $"{caller.Address} may try again after {known} failed logins");
        ledger.Check(
            !isRefused || possible >= rules.FailedLogins.PerAddress,
            $"{caller.Address} is locked out after {possible} failed logins"
        );
    }

    /// <summary>A login is under way that may fail, for a reason of its own or for a lock-out.</summary>
    public FailedLogin Fails(string user, Caller caller)
    {
        var failure = new FailedLogin(user, Caller.KeyOf(caller.Address), time.Now);
        _failures.Add(failure);
        return failure;
    }

    /// <summary>It was not even tried.</summary>
    public void HasNotFailed(FailedLogin? failure)
    {
        if (failure is not null)
        {
            _failures.Remove(failure);
        }
    }

    /// <summary>A right password was taken.</summary>
    public void LoggedIn(string user, Caller caller)
    {
        var key = Caller.KeyOf(caller.Address);
        var last = _successes
            .Where(success => IsOf(success.User, user))
            .Select(static success => success.At)
            .DefaultIfEmpty(TimeSpan.MinValue)
            .Max();
        var known = _failures.Count(failure =>
            IsOf(failure.User, user) && failure.IsKnown && failure.At > last && failure.At > time.Now - rules.FailedLogins.Lockout + Way
        );
        var wasSeen = _successes.Exists(success => IsOf(success.User, user) && success.Key == key);
        ledger.Check(wasSeen || known < rules.FailedLogins.PerUser, $"{user} gets in from {key} after {known} failed logins");
        _successes.Add((user, key, time.Now));
    }

    /// <summary>A right password was refused, and counted like a wrong one: the user must be locked out.</summary>
    public void LockedOut(FailedLogin refused)
    {
        var possible = _failures.Count(failure => failure != refused && IsOf(failure.User, refused.User));
        ledger.Check(possible >= rules.FailedLogins.PerUser, $"{refused.User} is kept out of {refused.Key} after {possible} failed logins");
    }

    private void Took(Dictionary<string, List<TimeSpan>> all, Caller caller, int limit, string what)
    {
        if (limit > 0 && Caller.KeyOf(caller.Address) is { } key)
        {
            var times = TimesOf(all, key);
            times.Add(time.Now);
            var count = times.Count(at => at > time.Now - Minute + Way);
            ledger.Check(count <= limit, $"{count} {what} of {key} in a minute are more than {limit}");
        }
    }

    private void PutOff(Dictionary<string, List<TimeSpan>> all, Caller caller, int limit, string what)
    {
        var key = Caller.KeyOf(caller.Address) ?? "";
        var count = TimesOf(all, key).Count(at => at >= time.Now - Minute - Slot - Way);
        ledger.Check(
            limit > 0 && key.Length > 0 && count >= limit,
            $"{count} {what} of {key} in a minute are too many, and {limit} are allowed"
        );
    }

    private static List<TimeSpan> TimesOf(Dictionary<string, List<TimeSpan>> all, string key)
    {
        if (!all.TryGetValue(key, out var times))
        {
            all[key] = times = [];
        }

        return times;
    }

    private static bool IsSame(Place one, Place other) => string.Equals(one.Key, other.Key, StringComparison.Ordinal);

    private static bool IsOf(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);

    private static bool IsFrom(FailedLogin failure, Caller caller) =>
        string.Equals(failure.Key, Caller.KeyOf(caller.Address), StringComparison.Ordinal);
}
