using System.Collections.Concurrent;
using Relay.Core.Configuration;
using Relay.Core.Messages;

namespace Relay.Core.Pickup;

/// <summary>One look at the folder after the other: takes the files that are complete, and tries again those whose time has come.</summary>
internal sealed class PickupScan(
    PickupFolder folder,
    PickupDelivery delivery,
    PickupOptions options,
    MessageIdGenerator ids,
    TimeProvider time
)
{
    private readonly ConcurrentDictionary<PickupFile, long> _retries = new();
    private Dictionary<string, (long Length, DateTime Written)> _seen = new(StringComparer.Ordinal);

    /// <summary>Files of an earlier process that the spool does not have.</summary>
    public void Resume(PickupFile file) => _retries[file] = time.GetTimestamp();

    /// <exception cref="IOException">The folder cannot be read.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        var due = _retries.Where(entry => time.GetElapsedTime(entry.Value) >= TimeSpan.Zero).Select(static entry => entry.Key);
        var files = due.OrderBy(static file => file.Id).Concat(TakeComplete());
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.AtOnce };
        await Parallel.ForEachAsync(files.ToList(), parallel, async (file, _) => await RunAsync(file, stopping));
    }

    private async ValueTask RunAsync(PickupFile file, CancellationToken stopping)
    {
        if (stopping.IsCancellationRequested)
        {
            return;
        }

        if (await delivery.RunAsync(file, stopping))
        {
            _retries.TryRemove(file, out _);
        }
        else
        {
            _retries[file] = time.GetTimestamp() + (long)(options.RetryAfter.TotalSeconds * time.TimestampFrequency);
        }
    }

    /// <summary>Complete is what has not changed since the look before and nobody holds open: whoever wants to be sure renames a whole file into the folder.</summary>
    private IEnumerable<PickupFile> TakeComplete()
    {
        var seen = new Dictionary<string, (long Length, DateTime Written)>(StringComparer.Ordinal);
        foreach (var file in folder.Waiting())
        {
            var now = (LengthOf(file), file.LastWriteTimeUtc);
            if (_seen.TryGetValue(file.Name, out var before) && before == now && TryTake(file) is { } taken)
            {
                yield return taken;
            }
            else
            {
                seen[file.Name] = now;
            }
        }

        _seen = seen;
    }

    private PickupFile? TryTake(FileInfo file)
    {
        try
        {
            // An empty file may be a pipe, which would hold up whoever opens it; a link is not opened either.
            if (file.LinkTarget is null && file.Length > 0)
            {
                using var alone = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Delete, 0, useAsync: false);
            }

            return folder.Take(file, ids.Next());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // somebody writes it still, or has taken it back
        }
    }

    private static long LengthOf(FileInfo file) => file.Exists ? file.Length : -1;
}
