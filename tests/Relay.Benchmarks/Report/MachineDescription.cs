using System.Runtime.InteropServices;
using Relay.Benchmarks.Peers;
using Relay.Benchmarks.Processes;
using static System.FormattableString;

namespace Relay.Benchmarks.Report;

/// <summary>What figures mean nothing without: the machine, the versions, the disk.</summary>
internal static class MachineDescription
{
    public static async Task<string> WriteAsync(IReadOnlyList<IPeer> peers, string folder, CancellationToken cancellationToken)
    {
        var lines = new List<string>
        {
            Invariant(
                $"{Environment.ProcessorCount} cores ({Processor()}), {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}."
            ),
        };
        foreach (var peer in peers.Where(static peer => peer.VersionCommand.Count > 0))
        {
            lines.Add($"{peer.Name}: {await Tool.FirstLineAsync(peer.VersionCommand, cancellationToken)}.");
        }

        if (IsInMemory(folder))
        {
            lines.Add($"{folder} is in memory, where an fsync costs nothing: queues look better than they are.");
        }

        return string.Join('\n', lines.Select(static line => "* " + line)) + "\n\n";
    }

    private static string Processor() =>
        File.ReadLines("/proc/cpuinfo")
            .Where(static line => line.StartsWith("model name", StringComparison.Ordinal))
            .Select(static line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
            .FirstOrDefault(RuntimeInformation.ProcessArchitecture.ToString());

    private static bool IsInMemory(string folder)
    {
        var drives = DriveInfo.GetDrives().Where(drive => folder.StartsWith(drive.Name, StringComparison.Ordinal));
        return drives.MaxBy(static drive => drive.Name.Length)?.DriveFormat is "tmpfs" or "ramfs";
    }
}
