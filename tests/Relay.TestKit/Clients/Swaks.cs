using System.Globalization;
using Relay.TestKit.Processes;

namespace Relay.TestKit.Clients;

/// <summary>The SMTP client that postmasters test servers with; its exit code tells the stage that failed.</summary>
public static class Swaks
{
    public static Task<ProcessResult> SendAsync(int port, params string[] options) =>
        ProcessRunner.RunAsync(
            "swaks",
            ["--server", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "--ehlo", "client.test", .. options]
        );
}
