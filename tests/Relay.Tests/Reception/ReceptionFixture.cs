using System.IO.Pipelines;
using System.Net;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Reception;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Extensions;
using Relay.Core.Timing;
using Relay.TestKit;

namespace Relay.Tests.Reception;

/// <summary>Sessions over pipes, on a clock that the test moves. After each test nothing may be left: no session, no memory, no error in the log.</summary>
internal abstract class ReceptionFixture
{
    private Heartbeat _heartbeat = null!;
    private List<TestClient> _clients = null!;
    private CancellationTokenSource _patience = null!;

    protected TestClock Time { get; private set; } = null!;

    protected RecordingSink Sink { get; private set; } = null!;

    protected ListLogger Log { get; private set; } = null!;

    protected SessionRegistry Registry { get; private set; } = null!;

    /// <summary>Changed by a test before it connects.</summary>
    protected SmtpSettings Settings { get; set; } = null!;

    [SetUp]
    public void SetUpReception()
    {
        Time = new TestClock(new DateTimeOffset(2026, 11, 24, 6, 5, 4, TimeSpan.Zero));
        Sink = new RecordingSink();
        Log = new ListLogger();
        _heartbeat = new Heartbeat(Time);
        Registry = new SessionRegistry(_heartbeat);
        _clients = [];
        _patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var limits = new LimitOptions();
        Settings = new SmtpSettings
        {
            HostName = "relay.example.com",
            Listener = "smtp",
            Sink = Sink,
            Limits = limits,
            Storage = new BodyStorage(limits.MemoryForMessages, Path.GetTempPath(), Time),
            Ids = new MessageIdGenerator(Time, new Random(1)),
            Time = Time,
            Access = new AccessRules(new AccessOptions()),
            Extensions = StandardExtensions.Create(limits.MessageSize),
        };
    }

    [TearDown]
    public async Task NothingIsLeft()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        Assert.That(Registry.Count, Is.Zero, "live sessions");
        Assert.That(Settings.Storage.MemoryInUse, Is.Zero, "memory of bodies");
        Assert.That(Log.Errors, Is.Empty);
        Registry.Dispose();
        _heartbeat.Dispose();
        _patience.Dispose();
    }

    protected void Limit(Func<LimitOptions, LimitOptions> change) => Settings = Settings with { Limits = change(Settings.Limits) };

    /// <summary>Connects; the greeting is still to be read.</summary>
    protected TestClient ConnectRaw(string? address = "127.0.0.1", CancellationToken clientClosed = default)
    {
        var service = new SmtpService(Settings, Registry, Log);
        var ip = address is null ? null : IPAddress.Parse(address);
        return Connect(pipe => service.RunAsync(pipe, ip, clientClosed: clientClosed));
    }

    protected TestClient Connect(Func<IDuplexPipe, Task> serve)
    {
        var client = new TestClient(serve, _patience.Token);
        _clients.Add(client);
        return client;
    }

    /// <summary>Connects and says EHLO.</summary>
    protected async Task<TestClient> ConnectAsync(string? address = "127.0.0.1", CancellationToken clientClosed = default)
    {
        var client = ConnectRaw(address, clientClosed);
        Assert.That(await client.ReadReplyAsync(), Does.StartWith("220 "));
        await client.SayAllAsync("EHLO client.example.com");
        return client;
    }

    /// <summary>Connects, and goes up to the 354 of a message to one recipient.</summary>
    protected async Task<TestClient> ConnectToDataAsync()
    {
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA");
        return client;
    }

    /// <summary>Waits for something that another thread brings about.</summary>
    protected async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            _patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Lets time pass, a second at a time as the heartbeat does.</summary>
    protected void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Heartbeat.Interval)
        {
            Time.Advance(Heartbeat.Interval);
        }
    }
}
