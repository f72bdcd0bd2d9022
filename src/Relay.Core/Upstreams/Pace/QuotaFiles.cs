using System.Globalization;
using System.Text;
using Relay.Core.Files;

namespace Relay.Core.Upstreams.Pace;

/// <summary>A small file of text for each account, in a folder beside the spool; replaced as a whole, so that a crash leaves the old one or the new one.</summary>
/// <param name="folder">Is created when it is needed.</param>
/// <param name="boot">Which start of the machine this is; null where that is not known.</param>
internal sealed class QuotaFiles(string folder, string? boot) : IQuotaStore
{
    private const string FirstLine = "relay-quotas 1";
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>The name that Linux gives to each of its starts; null elsewhere.</summary>
    public static string? ThisBoot()
    {
        try
        {
            return File.Exists(BootIdFile) ? File.ReadAllText(BootIdFile).Trim() : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null; // the clock that can be set has to do
        }
    }

    public QuotaRecord? Read(string account)
    {
        var path = PathOf(account);
        if (!File.Exists(path))
        {
            return null;
        }

        var lines = File.ReadAllLines(path);
        try
        {
            return Parse(lines);
        }
        catch (Exception damage) when (damage is FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw new IOException($"{path} is damaged; without it all rates of the upstream begin anew", damage);
        }
    }

    public void Write(string account, QuotaRecord record)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            FolderSync.Flush(Path.GetDirectoryName(Path.GetFullPath(folder))!);
        }

        DurableFile.Replace(PathOf(account), Encoding.ASCII.GetBytes(Format(record)));
    }

    private string PathOf(string account) => Path.Combine(folder, account + ".quota");

    private string Format(QuotaRecord record)
    {
        var text = new StringBuilder(FirstLine).Append('\n');
        text.Append(
            CultureInfo.InvariantCulture,
            $"at {record.At.ToUnixTimeMilliseconds()} {record.Monotonic} {boot ?? "-"} {record.At:yyyy-MM-ddTHH:mm:ssZ}\n"
        );
        foreach (var window in record.Windows)
        {
            var unit = window.CountsRecipients ? "recipients" : "messages";
            text.Append(CultureInfo.InvariantCulture, $"{unit} {window.Length.Ticks} {window.Reserved}\n");
            foreach (var (age, count) in window.Used)
            {
                text.Append(CultureInfo.InvariantCulture, $"- {age.Ticks} {count}\n");
            }
        }

        return text.Append("end\n").ToString();
    }

    private QuotaRecord Parse(string[] lines)
    {
        if (lines is not [FirstLine, .., "end"])
        {
            throw new FormatException("It does not begin and end as such a file does.");
        }

        var head = lines[1].Split(' ');
        List<WindowRecord> windows = [];
        List<(TimeSpan Age, long Count)> used = [];
        foreach (var words in lines[2..^1].Select(static line => line.Split(' ')))
        {
            if (words[0] == "-")
            {
                used.Add((TimeSpan.FromTicks(Number(words[1])), Number(words[2])));
                continue;
            }

            used = [];
            windows.Add(new WindowRecord(words[0] == "recipients", TimeSpan.FromTicks(Number(words[1])), Number(words[2]), used));
        }

        return new QuotaRecord(DateTimeOffset.FromUnixTimeMilliseconds(Number(head[1])), Number(head[2]), windows)
        {
            Boot = boot is not null && string.Equals(head[3], boot, StringComparison.Ordinal) ? boot : null,
        };
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
