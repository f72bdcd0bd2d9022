using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Relay.Admin;
using Relay.Core;
using Relay.Core.Capture;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Spool;

namespace Relay.Tests.Admin;

/// <summary>The HTTP side over two mailboxes, without a socket.</summary>
internal sealed class AdminUnderTest : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AdminUnderTest(WebApplication app)
    {
        _app = app;
        Client = app.GetTestClient();
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>Asks as a browser on this machine does.</summary>
    public HttpClient Client { get; }

    public static async Task<AdminUnderTest> StartAsync(
        AdminOptions? admin = null,
        Func<RelayOptions, RelayOptions>? change = null,
        IMessageSpool? spool = null
    )
    {
        var capture = new UpstreamOptions { Kind = UpstreamKind.Capture };
        var group = new GroupOptions
        {
            Upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.Ordinal)
            {
                ["a"] = capture,
                ["b"] = capture with { Backup = true, Weight = 3 },
            },
        };
        var options = new RelayOptions
        {
            HostName = "relay.example.com",
            Delivery = new DeliveryOptions { Accept = AcceptMode.Proxy }, // with a spool where a test gives one
            Spool = new SpoolOptions { Path = Path.Combine(Path.GetTempPath(), "relay-no-spool", "spool.db") },
            Groups = new Dictionary<string, GroupOptions>(StringComparer.Ordinal) { ["default"] = group },
            Admin = admin ?? new AdminOptions(),
        };
        options = change is null ? options : change(options);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseTestServer();
        builder.Services.AddRelay(options).AddAdmin();
        if (spool is not null)
        {
            builder.Services.AddSingleton(spool); // nobody delivers from it: rows stay as the test made them
        }

        builder.Services.AddLogging();
        var app = builder.Build();
        app.UseAdmin(options);
        await app.StartAsync();
        return new AdminUnderTest(app);
    }

    /// <summary>Puts a mail into a mailbox and returns its id.</summary>
    public async Task<string> CaptureAsync(string content, string upstream = "a", string sender = "from@example.com")
    {
        using var writer = _app.Services.GetRequiredService<BodyStorage>().CreateWriter();
        writer.Write(Encoding.UTF8.GetBytes(content));
        var body = writer.Complete(BodyTraits.None);
        var envelope = new Envelope { Sender = new MailPath(sender), Recipients = [new EnvelopeRecipient(new MailPath("to@example.com"))] };
        var id = _app.Services.GetRequiredService<MessageIdGenerator>().Next();
        var message = new ReceivedMessage(id, envelope, body, new MessageOrigin(null, "x", upstream), 0);
        await _app
            .Services.GetRequiredService<CaptureMailboxes>()
            .For("default", upstream, 500)
            .AcceptAsync(message, CancellationToken.None);
        body.Release();
        return id.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
