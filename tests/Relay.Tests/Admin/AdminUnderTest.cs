using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Relay.Admin;
using Relay.Core;
using Relay.Core.Capture;
using Relay.Core.Configuration;
using Relay.Core.Configuration.Loading;
using Relay.Core.Dispatch.LoadBalancing;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Reloading;

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
        builder.Services.AddRelay(options).AddAdmin(options);
        if (spool is not null)
        {
            builder.Services.AddSingleton(spool); // nobody delivers from it: rows stay as the test made them
        }

        // As the program does with its file.
        builder.Services.AddSingleton(
            new ConfigurationSource(null, () => new ConfigurationResult(options, null, []))
            {
                Check = (text, readsFiles) => Check(text, readsFiles),
                Origins = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Relay:HostName"] = "environment" },
            }
        );
        builder.Services.AddLogging();
        var app = builder.Build();
        app.UseAdmin(options);
        await app.StartAsync();
        return new AdminUnderTest(app);
    }

    private static ConfigurationResult Check(string text, bool readsFiles)
    {
        var sources = new ConfigurationSources
        {
            CurrentFolder = Path.GetTempPath(),
            ProgramFolder = Path.GetTempPath(),
            FileText = text,
            ReadsFiles = readsFiles,
        };
        return new ConfigurationLoader(StrategyRegistry.Names).Load(sources);
    }

    /// <summary>The JSON that a request is answered with.</summary>
    public async Task<JsonElement> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await Client.GetAsync(path);
        return await ReadAsync(response, expected);
    }

    /// <summary>The same of a request with a body.</summary>
    public async Task<JsonElement> SendAsync(
        HttpMethod method,
        string path,
        string? json = null,
        HttpStatusCode expected = HttpStatusCode.OK
    )
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Client.SendAsync(request);
        return await ReadAsync(response, expected);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(response.StatusCode, Is.EqualTo(expected), text);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
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
