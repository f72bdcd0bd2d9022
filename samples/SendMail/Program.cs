using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using SendMail;

// An application that sends mail knows one SMTP server: Relay. Which providers there are, which of them is down and who is asked next is
// none of its business. Nothing here is special: it is what the application did before, with another host and port.
if (!MailSettings.TryRead(args, Environment.GetEnvironmentVariable, out var settings, out var error))
{
    await Console.Error.WriteLineAsync(error);
    return 1;
}

var message = new MimeMessage
{
    Subject = settings.Subject,
    Body = new TextPart("plain") { Text = "This message went through Relay.\n" },
};
message.From.Add(MailboxAddress.Parse(settings.From));
message.To.Add(MailboxAddress.Parse(settings.To));

try
{
    using var client = new SmtpClient();
    await client.ConnectAsync(settings.Host, settings.Port, settings.Security);
    var answer = await client.SendAsync(message);
    await client.DisconnectAsync(quit: true);
    Console.WriteLine($"Sent: {answer}");
    return 0;
}
catch (SmtpCommandException refused)
{
    // The server understood and said no. 4xx: try again later; 5xx: do not.
    await Console.Error.WriteLineAsync($"Refused: {(int)refused.StatusCode} {refused.Message}");
}
catch (Exception failed) when (failed is IOException or System.Net.Sockets.SocketException or ProtocolException or SslHandshakeException)
{
    await Console.Error.WriteLineAsync($"No connection to {settings.Host}:{settings.Port}: {failed.Message}");
}

return 1;
