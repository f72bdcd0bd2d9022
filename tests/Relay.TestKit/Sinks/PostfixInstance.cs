using System.Globalization;
using Relay.TestKit.Processes;

namespace Relay.TestKit.Sinks;

/// <summary>
/// A whole Postfix with a queue of its own, which passes all its mail on to one other server. Its main.cf begins with lines of the caller's,
/// so that what the documentation tells postmasters to write can be run. Postfix starts only as root.
/// </summary>
/// <param name="name">Its host name; two instances must not take each other for themselves.</param>
/// <param name="settings">The lines of main.cf under test.</param>
/// <param name="nextHopPort">Where its mail goes, on loopback.</param>
/// <param name="services">More lines of master.cf.</param>
public sealed class PostfixInstance(string name, string settings, int nextHopPort, string services = "") : IAsyncDisposable
{
    // Nothing is chrooted, since the folder has no copy of the resolver's files, and no service needs a port but smtpd.
    private const string Services = """
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        rewrite unix - - n - - trivial-rewrite
        proxymap unix - - n - - proxymap
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        smtp unix - - n - - smtp
        error unix - - n - - error
        retry unix - - n - - error
        anvil unix - - n - 1 anvil
        tlsmgr unix - - n 1000? 1 tlsmgr
        scache unix - - n - 1 scache
        postlog unix-dgram n - n - 1 postlogd

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-postfix-");
    private bool _isRunning;

    public int Port { get; } = LocalPort.Free();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>What it logged, for the message of a test that fails.</summary>
    public string Log => File.Exists(PathOf("log")) ? File.ReadAllText(PathOf("log")) : "";

    public async Task StartAsync()
    {
        await LayOutAsync();
        _isRunning = true;
        await PostfixAsync("start");
        await Until.TrueAsync(() => LocalPort.IsListening(Port), "Postfix listens");
    }

    /// <summary>As a postmaster does it: master ends its services, open connections are closed.</summary>
    public async Task StopAsync()
    {
        _isRunning = false;
        await PostfixAsync("stop");
        await Until.TrueAsync(() => !LocalPort.IsListening(Port), "Postfix listens no more");
    }

    public async ValueTask DisposeAsync()
    {
        if (_isRunning)
        {
            await StopAsync();
        }

        _folder.Delete(recursive: true);
    }

    private async Task LayOutAsync()
    {
        foreach (var part in new[] { "etc", "queue", "data" })
        {
            _folder.CreateSubdirectory(part);
        }

        await File.WriteAllTextAsync(PathOf("etc/main.cf"), settings + OwnSettings());
        var listener = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port} inet n - n - - smtpd\n");
        await File.WriteAllTextAsync(PathOf("etc/master.cf"), listener + Services + services);
        // Its services give root's rights up and still have to reach their folders, of which one must be their own.
        await RunAsync("chmod", "755", _folder.FullName);
        await RunAsync("chown", "postfix", PathOf("data"));
    }

    private string OwnSettings() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""

            compatibility_level = 3.6
            myhostname = {name}
            mydestination =
            inet_protocols = ipv4
            mail_owner = postfix
            queue_directory = {PathOf("queue")}
            data_directory = {PathOf("data")}
            maillog_file = {PathOf("log")}
            maillog_file_prefixes = {_folder.FullName}
            default_transport = smtp:[127.0.0.1]:{nextHopPort}

            """
        );

    private Task PostfixAsync(string command) => RunAsync("postfix", "-c", PathOf("etc"), command);

    private async Task RunAsync(string file, params string[] arguments)
    {
        var result = await ProcessRunner.RunAsync(file, arguments);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Output}{Log}");
        }
    }

    private string PathOf(string part) => Path.Combine(_folder.FullName, part);
}
