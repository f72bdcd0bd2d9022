using System.Net;
using System.Text;
using System.Text.Json;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Spool.Sqlite;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Admin.Queue;

/// <summary>The HTTP side over a real spool that nobody delivers from.</summary>
internal sealed class QueueUnderTest : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly TestClock _time = new(Start);
    private readonly MessageIdGenerator _ids;
    private readonly SqliteSpool _spool;
    private AdminUnderTest _admin = null!;

    private QueueUnderTest()
    {
        _ids = new MessageIdGenerator(_time, new Random(7));
        _spool = SqliteSpool.Open(
            new RelayOptions
            {
                Spool = new SpoolOptions { Path = File, MinimumFree = 0 },
            },
            new BodyStorage(long.MaxValue, Path.GetTempPath(), _time),
            _time
        );
    }

    public IMessageSpool Spool => _spool;

    /// <summary>For what is asked outside <c>/api/v1/queue</c>.</summary>
    public AdminUnderTest Admin => _admin;

    /// <summary>Where large bodies lie.</summary>
    public string Bodies => File + ".bodies";

    private string File => Path.Combine(_folder.Path, "spool.db");

    public static async Task<QueueUnderTest> StartAsync()
    {
        var queue = new QueueUnderTest();
        queue._admin = await AdminUnderTest.StartAsync(spool: queue._spool);
        return queue;
    }

    /// <summary>Stores a message with a row for each state, due in an hour, and returns its id.</summary>
    public async Task<string> StoreAsync(
        string sender = "a@example.com",
        string recipient = "b@example.net",
        string group = "default",
        string text = "Subject: x\r\n\r\nbody\r\n",
        params SpoolState[] states
    )
    {
        var message = Some.Message(sender, [recipient], text: text, time: _time) with { Id = _ids.Next() };
        var part = new SpoolPart
        {
            Group = group,
            Recipients = message.Envelope.Recipients,
            DueAt = Start.AddHours(1),
            ExpiresAt = Start.AddDays(4),
            Reason = "451 later",
        };
        states = states.Length == 0 ? [SpoolState.Waiting] : states;
        var entry = new SpoolEntry
        {
            Message = SpooledMessage.Of(message, Start),
            Body = message.Body,
            Parts = [.. states.Where(static state => state != SpoolState.Failed).Select(state => part with { State = state })],
            Failures = [.. states.Where(static state => state == SpoolState.Failed).Select(_ => Failed(message))],
            Attempts = [new AttemptRecord("a", "451 later", TimeSpan.FromMilliseconds(12))],
        };
        await Spool.StoreAsync(entry, default);
        message.Body.Release();
        return message.Id.ToString();
    }

    public async Task<IReadOnlyList<SpooledDelivery>> RowsAsync() => await Spool.ListAsync(new QueueFilter(), 100, default);

    /// <summary>Asks for something below <c>/api/v1/queue</c>.</summary>
    public async Task<HttpResponseMessage> RequestAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, "/api/v1/queue" + path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await _admin.Client.SendAsync(request);
    }

    public async Task<JsonElement> GetAsync(string path) => await SendAsync(HttpMethod.Get, path);

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var response = await RequestAsync(method, path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>The text of a refusal.</summary>
    public async Task<string> RefusedAsync(HttpStatusCode status, HttpMethod method, string path, string? body = null)
    {
        using var response = await RequestAsync(method, path, body);
        Assert.That(response.StatusCode, Is.EqualTo(status));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        return await response.Content.ReadAsStringAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        await _spool.DisposeAsync();
        _folder.Dispose();
    }

    private static FailedRecipient Failed(ReceivedMessage message) => new(message.Envelope.Recipients[0], "550 no such user");
}
