using System.Security.Cryptography;
using System.Text;

namespace Relay.Core.Reception.Access;

/// <summary>
/// Checks passwords without holding up the threads that serve sockets: PBKDF2 takes tens of milliseconds of a core, so a few run at a time and no more
/// than a few hundred wait. A password that was right is remembered for a while, for an application that opens a connection for each message.
/// What is remembered is a keyed digest; the key lives as long as the process and nowhere else.
/// </summary>
internal sealed class PasswordChecker : IDisposable
{
    public static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(5);

    private const int MostRemembered = 10_000;
    private const int MostAtWork = 256;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly SemaphoreSlim _lanes = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly Dictionary<string, Task<bool>> _atWork = new(StringComparer.Ordinal);
    private readonly ExpiringTable<string, bool> _right;
    private readonly Lock _lock = new();
    private readonly TaskScheduler _workers;
    private long _computed;

    /// <param name="time">The clock.</param>
    /// <param name="workers">Where PBKDF2 is run; null: on threads of the pool.</param>
    public PasswordChecker(TimeProvider time, TaskScheduler? workers = null) =>
        (_right, _workers) = (new ExpiringTable<string, bool>(time, MostRemembered), workers ?? TaskScheduler.Default);

    /// <summary>How often PBKDF2 was run.</summary>
    public long Computed => Volatile.Read(ref _computed);

    /// <param name="name">The name that was claimed.</param>
    /// <param name="account">What it leads to.</param>
    /// <param name="password">Must not change until the answer is there.</param>
    public ValueTask<PasswordVerdict> CheckAsync(string name, Account account, byte[] password)
    {
        var digest = DigestOf(name, account, password);
        if (_right.TryGet(digest, out _))
        {
            return ValueTask.FromResult(PasswordVerdict.Right);
        }

        Task<bool>? check;
        lock (_lock)
        {
            // Fifty connections that an application opens at once cost one check.
            if (!_atWork.TryGetValue(digest, out check) && _atWork.Count < MostAtWork)
            {
                check = Start(() => ComputeAsync(digest, account, password));
                _atWork[digest] = check;
            }
        }

        return check is null ? ValueTask.FromResult(PasswordVerdict.Busy) : WaitAsync(check);
    }

    public void Dispose() => _lanes.Dispose();

    private Task<bool> Start(Func<Task<bool>> check) =>
        Task.Factory.StartNew(check, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _workers).Unwrap();

    private static async ValueTask<PasswordVerdict> WaitAsync(Task<bool> check) =>
        await check ? PasswordVerdict.Right : PasswordVerdict.Wrong;

    private async Task<bool> ComputeAsync(string digest, Account account, byte[] password)
    {
        await _lanes.WaitAsync();
        try
        {
            Interlocked.Increment(ref _computed);
            var isRight = account.Hash.Matches(password) && account.User is not null;
            if (isRight)
            {
                _right.Update(digest, RememberedFor, static _ => true);
            }

            return isRight;
        }
        finally
        {
            _lanes.Release();
            lock (_lock)
            {
                _atWork.Remove(digest);
            }
        }
    }

    // The hash is part of it: after a change of the password the old one is not remembered.
    private string DigestOf(string name, Account account, byte[] password)
    {
        using var digest = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        digest.AppendData(account.Hash.StoredKey.Span);
        digest.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(name.ToUpperInvariant()))); // of one length: name and password cannot run into one another
        digest.AppendData(password);
        return Convert.ToBase64String(digest.GetHashAndReset());
    }
}

internal enum PasswordVerdict
{
    Right,
    Wrong,

    /// <summary>Too many wait to be checked.</summary>
    Busy,
}
