using System.Globalization;
using Relay.TestKit.Processes;

namespace Relay.TestKit.Clients;

/// <summary>Postfix's load generator. It stops at the first reply that is not positive, with an exit code other than 0.</summary>
public static class SmtpSource
{
    /// <summary>Sends messages over sessions that are kept open.</summary>
    public static Task<ProcessResult> SendAsync(int port, int sessions, int messages, int length = 1024, params string[] options) =>
        ProcessRunner.RunAsync(
            "smtp-source",
            [
                .. new[] { "-s", Text(sessions), "-m", Text(messages), "-l", Text(length), "-d", "-M", "client.test" },
                .. options,
                $"127.0.0.1:{Text(port)}",
            ],
            TimeSpan.FromMinutes(20)
        );

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
