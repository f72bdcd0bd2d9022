using System.Globalization;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests;

/// <summary>Programs that people really send mail with get it through.</summary>
internal sealed class RealClients : Scenario
{
    [Test]
    public async Task Python_smtplib_sends_three_messages_over_one_connection()
    {
        var (sink, relay) = await StartAsync();

        var python = await PythonSmtplib.SendAsync(relay.Port, "me@example.com", messages: 3, "one@example.com", "two@example.com");

        Assert.That(python.ExitCode, Is.Zero, python.Output);
        Assert.That(sink.Messages, Has.Count.EqualTo(3));
        Assert.That(
            sink.Messages.Select(static message => message.Recipients),
            Has.All.EqualTo(new[] { "one@example.com", "two@example.com" })
        );
        Assert.That(
            sink.Messages.Select(static message => message.Content),
            Has.All.Contains("\r\n.\r\nA line that begins with a dot came before this one.")
        );
    }

    [Test]
    public async Task Swaks_pipelines_a_message_to_several_recipients()
    {
        var (sink, relay) = await StartAsync();

        var swaks = await Swaks.SendAsync(relay.Port, "--pipeline", "--from", "me@example.com", "--to", "one@example.com,two@example.com");

        Assert.That(swaks.ExitCode, Is.Zero, swaks.Output);
        Assert.That(sink.Messages.Single().Recipients, Is.EqualTo(new[] { "one@example.com", "two@example.com" }));
    }

    [Test]
    public async Task Swaks_is_refused_what_the_server_refuses()
    {
        var sink = await StartSmtpSinkAsync("-B", "550 5.1.1 no such user here", "-f", "RCPT");
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address));

        var swaks = await Swaks.SendAsync(relay.Port, "--from", "me@example.com", "--to", "one@example.com");

        Assert.That(swaks.ExitCode, Is.Not.Zero, swaks.Output);
        Assert.That(swaks.Output, Does.Match(@"<\*\* 550 5\.1\.1 .*no such user here"));
    }

    [Test]
    public async Task MailKit_sends_with_attachment_and_delivery_status_request()
    {
        var (sink, relay) = await StartAsync();
        using var message = new MimeMessage();
        message.From.Add(MailboxAddress.Parse("me@example.com"));
        message.To.Add(MailboxAddress.Parse("one@example.com"));
        var content = new BodyBuilder { TextBody = "Grüße" };
        content.Attachments.Add("data.bin", new byte[100_000]);
        message.Body = content.ToMessageBody();

        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", relay.Port, SecureSocketOptions.None);
        Assert.That(
            client.Capabilities
                & (SmtpCapabilities.Pipelining | SmtpCapabilities.Size | SmtpCapabilities.EightBitMime | SmtpCapabilities.UTF8),
            Is.EqualTo(SmtpCapabilities.Pipelining | SmtpCapabilities.Size | SmtpCapabilities.EightBitMime | SmtpCapabilities.UTF8)
        );
        var answer = await client.SendAsync(message);
        await client.DisconnectAsync(quit: true);

        Assert.That(answer, Does.Match("^2\\.0\\.0 OK [0-9A-Z]{26} via a: "));
        Assert.That(sink.Messages.Single().Content, Does.Contain("data.bin"));
    }

    [Test]
    public async Task The_sample_application_sends_through_the_relay()
    {
        var (sink, relay) = await StartAsync();
        var program = Repository.BuiltAssembly("samples/SendMail", "SendMail.dll");

        var sample = await ProcessRunner.RunAsync("dotnet", [program, "--port", relay.Port.ToString(CultureInfo.InvariantCulture)]);

        Assert.That(sample.ExitCode, Is.Zero, sample.Output);
        Assert.That(sample.Output, Does.Contain(" via a: "));
        Assert.That(sink.Messages.Single().Content, Does.EndWith("This message went through Relay.\r\n"));
    }

    private async Task<(CountingSink Sink, RelayUnderTest Relay)> StartAsync()
    {
        var sink = StartCountingSink(keepMessages: true);
        return (sink, await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address)));
    }
}
