using System.Globalization;
using Relay.TestKit.Processes;

namespace Relay.TestKit.Clients;

/// <summary>Python's smtplib, the client of countless scripts.</summary>
public static class PythonSmtplib
{
    // Arguments: port, sender, number of messages, recipients. All messages go over one connection.
    private const string Script = """
        import smtplib, sys
        from email.message import EmailMessage

        port, sender, count, recipients = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4:]
        with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test", timeout=30) as smtp:
            for number in range(count):
                message = EmailMessage()
                message["From"] = sender
                message["To"] = ", ".join(recipients)
                message["Subject"] = f"Grüße {number}"
                message.set_content(".\nA line that begins with a dot came before this one.\n")
                refused = smtp.send_message(message, sender, recipients)
                print("sent", number, "refused", refused)
        """;

    public static Task<ProcessResult> SendAsync(int port, string sender, int messages, params string[] recipients) =>
        ProcessRunner.RunAsync(
            "python3",
            [
                .. new[]
                {
                    "-c",
                    Script,
                    port.ToString(CultureInfo.InvariantCulture),
                    sender,
                    messages.ToString(CultureInfo.InvariantCulture),
                },
                .. recipients,
            ]
        );
}
