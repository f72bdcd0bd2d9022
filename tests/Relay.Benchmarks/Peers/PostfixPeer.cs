using Relay.Benchmarks.Processes;
using Relay.TestKit;
using static System.FormattableString;

namespace Relay.Benchmarks.Peers;

/// <summary>Postfix with a relay host: it stores each message on disk before it answers. With a configuration and a queue of its own, beside any that the machine runs.</summary>
internal sealed class PostfixPeer : IPeer
{
    // The services that take mail and send it on, as Postfix ships them, but without chroots: they would need copies of the resolver's files.
    private const string Services = """
        pickup unix n - n 60 1 pickup
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        flush unix n - n 1000? 0 flush
        proxymap unix - - n - - proxymap
        smtp unix - - n - - smtp
        relay unix - - n - - smtp
        error unix - - n - - error
        retry unix - - n - - error
        anvil unix - - n - 1 anvil
        scache unix - - n - 1 scache
        postlog unix-dgram n - n - 1 postlogd

        """;

    public string Name => "postfix";

    public string? WhyNot =>
        Tool.Find("postfix") is null ? "postfix is not installed"
        : !Environment.IsPrivilegedProcess ? "Postfix starts only as root"
        : null;

    public IReadOnlyList<string> VersionCommand => ["postconf", "-d", "mail_version"];

    public async Task<RunningPeer> StartAsync(string folder, IReadOnlyList<int> upstreams, CancellationToken cancellationToken)
    {
        var port = LocalPort.Free();
        await LayOutAsync(folder, port, upstreams[0], cancellationToken);
        string[] command = [Tool.Find("postfix")!, "-c", Path.Combine(folder, "etc"), "start-fg"];
        var process = ServerProcess.Start(Name, command, Path.Combine(folder, "output"));
        process.StopsBy = "master"; // start-fg leaves a shell above it, which would not pass a signal on
        return await RunningPeer.StartAsync(port, process, cancellationToken);
    }

    private static async Task LayOutAsync(string folder, int port, int upstream, CancellationToken cancellationToken)
    {
        foreach (var part in new[] { "etc", "queue", "data" })
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "etc/main.cf"), Settings(folder, upstream), cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "etc/master.cf"),
            Invariant($"127.0.0.1:{port} inet n - n - - smtpd\n") + Services,
            cancellationToken
        );
        await Tool.RunAsync(["chown", "postfix", Path.Combine(folder, "data")], TimeSpan.FromSeconds(10), cancellationToken);
    }

    private static string Settings(string folder, int upstream) =>
        Invariant(
            $"""
            compatibility_level = 3.6
            queue_directory = {folder}/queue
            data_directory = {folder}/data
            myhostname = relay.bench.test
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            mynetworks = 127.0.0.0/8
            mydestination =
            alias_maps =
            local_transport = error:none
            relayhost = [127.0.0.1]:{upstream}
            smtpd_relay_restrictions = permit_mynetworks, reject
            smtpd_peername_lookup = no
            smtp_host_lookup = native
            maillog_file = {folder}/log
            maillog_file_prefixes = {folder}
            smtpd_tls_security_level = none
            smtp_tls_security_level = none

            """
        );
}
