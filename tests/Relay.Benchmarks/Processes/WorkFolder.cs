namespace Relay.Benchmarks.Processes;

/// <summary>The folder of one measurement: configurations, logs, queues. It is gone afterwards.</summary>
internal sealed class WorkFolder : IDisposable
{
    private const UnixFileMode OwnerAndPassage = (UnixFileMode)0b111_001_001;

    private readonly DirectoryInfo _folder;

    /// <param name="parent">Where it is made.</param>
    public WorkFolder(string parent)
    {
        Path = Directory.CreateDirectory(System.IO.Path.Combine(parent, $"relay-benchmarks-{Environment.ProcessId}")).FullName;
        _folder = new DirectoryInfo(Path);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, OwnerAndPassage); // Postfix's services give root's rights up and have to pass
        }
    }

    public string Path { get; }

    public void Dispose() => _folder.Delete(recursive: true);
}
