using Relay.Benchmarks.Processes;

namespace Relay.Benchmarks.Peers;

/// <summary>Installs what is missing of the peers: Debian packages, as root and without starting their services, and Haraka from npm.</summary>
internal static class Installer
{
    // Debian starts the service of a package as it installs it, unless this program forbids it (invoke-rc.d(8)).
    private const string Packages = """
        set -e
        policy=/usr/sbin/policy-rc.d
        if [ ! -e $policy ]; then
            printf '#!/bin/sh\nexit 101\n' > $policy
            chmod 755 $policy
            trap 'rm -f $policy' EXIT
        fi
        export DEBIAN_FRONTEND=noninteractive
        echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
        apt-get update -qq
        apt-get install -y -qq --no-remove --no-install-recommends "$@"
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <exception cref="MeasurementException">Root's rights are missing, or a package manager failed.</exception>
    public static async Task RunAsync(TextWriter progress, CancellationToken cancellationToken)
    {
        string[] missing = [.. MissingPackages()];
        if (missing.Length > 0)
        {
            await progress.WriteLineAsync($"installing {string.Join(' ', missing)}");
            _ = Environment.IsPrivilegedProcess
                ? await Tool.RunAsync(["sh", "-c", Packages, "sh", .. missing], Patience, cancellationToken)
                : throw new MeasurementException($"Root has to install {string.Join(' ', missing)}.");
        }

        if (new HarakaPeer().WhyNot is not null)
        {
            await progress.WriteLineAsync($"installing Haraka in {HarakaPeer.Folder}");
            Directory.CreateDirectory(HarakaPeer.Folder);
            // Haraka wants a newer Node.js than Debian 12 has; the package node brings one for this folder alone.
            string[] command = ["npm", "install", "--prefix", HarakaPeer.Folder, "--no-audit", "--no-fund", "Haraka@3", "node@22"];
            await Tool.RunAsync(command, Patience, cancellationToken);
        }
    }

    private static IEnumerable<string> MissingPackages()
    {
        (string Package, bool IsThere)[] wanted =
        [
            ("haproxy", new HAProxyPeer().WhyNot is null),
            ("nginx", Tool.Find("nginx") is not null),
            ("libnginx-mod-mail", new NginxPeer().WhyNot is null),
            ("postfix", Tool.Find("postfix") is not null),
            ("npm", Tool.Find("npm") is not null),
        ];
        return wanted.Where(static entry => !entry.IsThere).Select(static entry => entry.Package);
    }
}
