using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Cluster;

/// <summary>One of the two HAProxy machines: a network namespace in which keepalived runs with its shipped files, and an HAProxy that it asks.</summary>
internal sealed class KeepalivedMachine : IAsyncDisposable
{
    /// <summary>The address that clients know.</summary>
    private const string SharedAddress = "10.0.0.10/24";

    // What HAProxy's shipped configuration answers there is the story of BehindTheShippedFront.
    private const string Haproxy = """
        defaults
            mode http
            timeout connect 5s
            timeout client 5s
            timeout server 5s
        frontend alive
            bind 127.0.0.1:8404
            http-request return status 200

        """;

    // Scripts that others may write are refused, and so are those below a folder like that: it gets the place that the shipped file names, in mounts of its own.
    private const string StartKeepalived = """
        mount -t tmpfs tmpfs /usr/local/lib && install -D -m 0755 "$1" /usr/local/lib/relay/check-haproxy.sh &&
        exec keepalived --dont-fork --log-console --log-detail --use-file="$2" --config-id="$3" --pid="$4/k.pid" --vrrp_pid="$4/v.pid" --checkers_pid="$4/c.pid"
        """;

    private readonly string _name;
    private readonly string _space;
    private readonly string _folder;
    private RunningProcess? _haproxy;
    private RunningProcess? _keepalived;

    /// <param name="name">As the shipped file calls it: <c>one</c> or <c>two</c>.</param>
    /// <param name="space">The network namespace.</param>
    /// <param name="folder">For its files.</param>
    public KeepalivedMachine(string name, string space, string folder) =>
        (_name, _space, _folder) = (name, space, Path.Combine(folder, name));

    public async Task StartAsync()
    {
        Directory.CreateDirectory(_folder);
        await File.WriteAllTextAsync(Path.Combine(_folder, "haproxy.cfg"), Haproxy);
        StartHaproxy();
        string[] arguments =
        [
            .. new[] { "netns", "exec", _space, "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc" },
            .. new[] { "sh", "-c", StartKeepalived, "sh" },
            .. new[]
            {
                Repository.PathOf("deploy/keepalived/check-haproxy.sh"),
                Repository.PathOf("deploy/keepalived/keepalived.conf"),
                _name,
                _folder,
            },
        ];
        _keepalived = RunningProcess.Start("ip", arguments);
    }

    public void StartHaproxy() =>
        _haproxy = RunningProcess.Start("ip", ["netns", "exec", _space, "haproxy", "-db", "-f", Path.Combine(_folder, "haproxy.cfg")]);

    public async Task StopHaproxyAsync()
    {
        await _haproxy!.DisposeAsync();
        _haproxy = null;
    }

    /// <summary>Its power is cut: all that runs there ends at once, and it answers for no address. The line stays, as it would at a switch.</summary>
    public async Task SwitchOffAsync()
    {
        await _keepalived!.DisposeAsync();
        _keepalived = null;
        await StopHaproxyAsync();
        await Network.RunAsync("-n", _space, "address", "flush", "dev", "eth0");
    }

    public async Task<bool> HasAddressAsync() =>
        (await Network.RunAsync("-n", _space, "-4", "address", "show", "dev", "eth0", "up")).Contains(
            SharedAddress,
            StringComparison.Ordinal
        );

    /// <summary>What keepalived wrote.</summary>
    public string Log => _keepalived?.Output ?? "";

    public async ValueTask DisposeAsync()
    {
        if (_keepalived is not null)
        {
            await _keepalived.DisposeAsync();
        }

        if (_haproxy is not null)
        {
            await _haproxy.DisposeAsync();
        }
    }
}
