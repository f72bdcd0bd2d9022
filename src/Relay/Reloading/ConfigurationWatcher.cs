using System.Security.Cryptography;
using Relay.Core.Upstreams;

namespace Relay.Reloading;

/// <summary>
/// Reloads when the configuration file has changed, or one of those that hold password hashes of users. It looks at the content once a second: notifications of the file system miss files that are
/// replaced behind a link (Kubernetes), on network disks and in containers, and an editor's half-written file is not worth an error.
/// </summary>
internal sealed class ConfigurationWatcher(
    ConfigurationSource source,
    ConfigurationReloader reloader,
    TopologyManager topology,
    TimeProvider time
) : PeriodicService(TimeSpan.FromSeconds(1), time)
{
    private string? _known;
    private string? _last;

    protected override void Begin() => _known = _last = Fingerprint();

    protected override bool Look()
    {
        var now = Fingerprint();
        // Twice the same: whoever wrote it has finished.
        if (now is not null && now != _known && now == _last)
        {
            _known = now; // if other files are watched from now on, this differs again, and what changed meanwhile is not missed
            reloader.Reload("the file changed");
        }

        _last = now;
        return true;
    }

    private string? Fingerprint()
    {
        var users = topology.Current.Options.Access.Users.Values;
        var files = users
            .Select(static user => user.PasswordHashFile)
            .Prepend(source.File)
            .Where(static file => !string.IsNullOrEmpty(file));
        var prints = files.Select(static file => Fingerprint(file!)).ToList();
        return prints.Contains(null) ? null : string.Concat(prints);
    }

    /// <summary>Null while the file cannot be read: it may just be being replaced.</summary>
    private static string? Fingerprint(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return Convert.ToHexString(SHA256.HashData(stream));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
