using System.Globalization;
using System.Text;
using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Clients;

/// <summary>
/// Exim without its daemon: for each cell one with a configuration, a queue and a log of its own takes the message and tries to deliver it while it
/// is waited for. tests/run.sh unpacks it, as Debian does not let it be installed beside Postfix.
/// </summary>
internal sealed class EximProgram : MailProgram, IAsyncDisposable
{
    private const UnixFileMode ToPass = (UnixFileMode)0b111_000_001;
    private const UnixFileMode ToWrite = (UnixFileMode)0b111_000_111;
    private const UnixFileMode ToRead = (UnixFileMode)0b110_000_100;

    private static readonly string Binary = Repository.PathOf("artifacts/peers/exim/usr/sbin/exim4");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-exim-");

    public override string Name => "Exim";

    public override IReadOnlyList<string> Mechanisms => ["PLAIN", "LOGIN"];

    public override string WhyNotOthers => "has SCRAM by a library that Debian builds it without";

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    public override async Task<ProcessResult> SendAsync(Cell cell, MatrixServer server)
    {
        Assume.That(Environment.IsPrivilegedProcess, "Exim gives up its rights, which only root has");
        Assert.That(File.Exists(Binary), $"{Binary} is missing: tests/run.sh unpacks it");
        var folder = CreateFolder(cell);
        await CopyReadableAsync(server.AuthorityFile, Path.Combine(folder, "authority.pem"));
        var configuration = Path.Combine(folder, "exim.conf");
        await File.WriteAllTextAsync(configuration, Configuration(cell, server, folder), Encoding.Latin1);

        var run = await RunAsync(
            cell.Message.ReplaceLineEndings("\n"),
            Binary,
            ["-C", configuration, "-odf", "-oi", "-f", cell.Sender, cell.Recipient]
        );
        if (run.ExitCode != 0)
        {
            return run;
        }

        // The exit code tells that it has the message, the log what became of it: "=>" and the recipient when it was taken.
        var log = await File.ReadAllTextAsync(Path.Combine(folder, "log-main"));
        return new ProcessResult(log.Contains($" => {cell.Recipient} ", StringComparison.Ordinal) ? 0 : 1, run.Output + log);
    }

    /// <summary>It writes as a user of its own, and as that one it reads the authority.</summary>
    private string CreateFolder(Cell cell)
    {
        Open(_folder.FullName, ToPass);
        var folder = _folder.CreateSubdirectory(cell.User).FullName;
        Open(folder, ToWrite);
        return folder;
    }

    private static async Task CopyReadableAsync(string from, string to)
    {
        await File.WriteAllBytesAsync(to, await File.ReadAllBytesAsync(from));
        Open(to, ToRead);
    }

    private static void Open(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private static string Configuration(Cell cell, MatrixServer server, string folder) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            exim_path = {Binary}
            spool_directory = {folder}/spool
            log_file_path = {folder}/log-%s
            primary_hostname = client.test
            local_interfaces = 127.0.0.1
            disable_ipv6 = true
            keep_environment =

            begin routers
            relay:
              driver = manualroute
              transport = relay
              route_list = * {MatrixServer.HostName}::{server.PortTextOf(cell.Protection)} byname
              self = send

            begin transports
            relay:
              driver = smtp
              hosts_require_auth = {(cell.Mechanism is null ? "" : "*")}
              {Protected(cell.Protection)}
              hosts_try_dane =
              tls_verify_certificates = {folder}/authority.pem
              tls_verify_hosts = *
              tls_verify_cert_hostnames = *

            {Login(cell)}
            """
        );

    private static string Protected(Protection protection) =>
        protection switch
        {
            Protection.StartTls => "hosts_require_tls = *",
            Protection.Implicit => "protocol = smtps\n  hosts_require_tls = *",
            _ => "hosts_avoid_tls = *",
        };

    /// <summary>Without the section it has no way to log in.</summary>
    private static string Login(Cell cell) =>
        cell.Mechanism is { } mechanism
            ? $"""
                begin authenticators
                login:
                  driver = plaintext
                  public_name = {mechanism}
                  client_send = {(mechanism == "PLAIN" ? $"^{cell.User}^{cell.Password}" : $": {cell.User} : {cell.Password}")}

                """
            : "";
}
