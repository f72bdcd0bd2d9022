using Relay.Benchmarks.Processes;
using Relay.TestKit;
using static System.FormattableString;

namespace Relay.Benchmarks.Peers;

/// <summary>Haraka with its smtp_forward queue: it hands each message on while the client waits, over a new connection each time.</summary>
internal sealed class HarakaPeer : IPeer
{
    /// <summary>Where <c>--install</c> puts it; the variable names another folder with a <c>node_modules</c>.</summary>
    public static readonly string Folder =
        Environment.GetEnvironmentVariable("RELAY_BENCHMARKS_HARAKA")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache/relay-benchmarks/haraka");

    private static readonly string Package = Path.Combine(Folder, "node_modules/Haraka");
    private static readonly string Script = Path.Combine(Package, "bin/haraka");
    private static readonly string OwnNode = Path.Combine(Folder, "node_modules/.bin/node");

    public string Name => "haraka";

    public string? WhyNot => !File.Exists(Script) ? $"Haraka is not installed in {Folder}" : null;

    public IReadOnlyList<string> VersionCommand => [Node, Script, "-v"];

    private static string Node => File.Exists(OwnNode) ? OwnNode : "node";

    public async Task<RunningPeer> StartAsync(string folder, IReadOnlyList<int> upstreams, CancellationToken cancellationToken)
    {
        var port = LocalPort.Free();
        foreach (var (name, text) in Files(port, upstreams[0]))
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, text, cancellationToken);
        }

        File.Copy(Path.Combine(Package, "config/connection.ini"), Path.Combine(folder, "config/connection.ini"));
        Directory.CreateDirectory(Path.Combine(folder, "queue"));
        var process = ServerProcess.Start(Name, Command(folder), Path.Combine(folder, "log"), folder);
        return await RunningPeer.StartAsync(port, process, cancellationToken);
    }

    private static Dictionary<string, string> Files(int port, int upstream) =>
        new(StringComparer.Ordinal)
        {
            ["config/smtp.ini"] = Invariant($"listen=127.0.0.1:{port}\nnodes=0\n"),
            ["config/smtp_forward.ini"] = Invariant($"host=127.0.0.1\nport={upstream}\n"),
            ["config/plugins"] = "accept_all\nqueue/smtp_forward\n",
            ["config/log.ini"] = "[main]\nlevel=warn\n",
            ["config/loglevel"] = "warn\n",
            ["config/me"] = "relay.bench.test\n",
            ["plugins/accept_all.js"] = "exports.hook_rcpt = (next) => next(OK);\n",
            ["resolv.conf"] = "nameserver 127.0.0.1\nlookup file\noptions timeout:1 attempts:1\n",
        };

    /// <summary>Haraka asks DNS about itself, and there may be none: root gives it a resolver of its own that fails at once.</summary>
    private static string[] Command(string folder)
    {
        string[] command = [Node, Script, "-c", folder];
        const string WithResolver = "mount --bind \"$0\" /etc/resolv.conf; exec \"$@\"";
        return Environment.IsPrivilegedProcess
            ? ["unshare", "-m", "sh", "-c", WithResolver, Path.Combine(folder, "resolv.conf"), .. command]
            : command;
    }
}
