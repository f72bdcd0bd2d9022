using Microsoft.Playwright;
using Relay.TestKit;
using Relay.TestKit.Clients;

[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(2)]

namespace Relay.DashboardTests;

/// <summary>A relay of its own for all tests of a fixture, and windows that look at it. What a window should not have done fails the test that opened it.</summary>
public abstract class DashboardFixture
{
    private readonly List<SteadyClient> _traffic = [];
    private RelayUnderTest? _relay;

    private protected RelayUnderTest Relay => _relay ?? throw new InvalidOperationException("The relay has not been started.");

    private protected Uri Address => Relay.Api.BaseAddress!;

    [OneTimeSetUp]
    public async Task StartRelay()
    {
        var configuration = new RelayConfiguration().Set("Delivery:Accept", "Hybrid").Set("Spool:Path", "spool.db");
        await ConfigureAsync(configuration);
        _relay = await RelayUnderTest.StartAsync(configuration, GetType().Name);
        await PrepareAsync();
    }

    [OneTimeTearDown]
    public async Task StopRelay()
    {
        foreach (var client in _traffic)
        {
            await client.StopAsync();
            client.Dispose();
        }

        if (_relay is not null)
        {
            await _relay.DisposeAsync();
        }
    }

    /// <summary>Servers and keys of this fixture.</summary>
    private protected abstract Task ConfigureAsync(RelayConfiguration configuration);

    /// <summary>Mail that is to be there when the tests begin.</summary>
    private protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Runs a test in a window of its own; afterwards nothing may be held against the pages it has seen.</summary>
    private protected async Task InAWindowAsync(
        Func<Screen, Task> test,
        bool isPhone = false,
        bool isDark = false,
        Func<string, bool>? isExpected = null
    )
    {
        await using var screen = await Screen.OpenAsync(Address, isPhone, isDark);
        try
        {
            await test(screen);
        }
        catch (Exception)
        {
            await KeepAsync(screen);
            throw;
        }

        Assert.That(screen.Complaints.Where(complaint => isExpected is null || !isExpected(complaint)), Is.Empty);
    }

    /// <summary>An application that sends one small message after the other, until the fixture ends.</summary>
    private protected void StartTraffic() => _traffic.Add(SteadyClient.Start(Relay.Port, "127.0.0.1", connectsAnew: false));

    /// <summary>Sends a mail the way an application does.</summary>
    /// <returns>The last reply.</returns>
    private protected async Task<string> SendAsync(string to, string content = TestMessages.Small, string from = "app@example.com")
    {
        await using var client = await RawSmtpClient.OpenAsync(Relay.Port);
        return await client.SendMailAsync(from, to, content);
    }

    /// <summary>What was on the screen when it went wrong says more than the text of a timeout.</summary>
    private async Task KeepAsync(Screen screen)
    {
        var folder = Directory.CreateDirectory(Repository.PathOf("artifacts/tests/screens"));
        var path = Path.Combine(folder.FullName, $"{GetType().Name}-{TestContext.CurrentContext.Test.MethodName}.png");
        await screen.Page.ScreenshotAsync(new PageScreenshotOptions { Path = path });
        await TestContext.Out.WriteLineAsync(
            $"The screen: {path}\nComplaints:\n{string.Join('\n', screen.Complaints)}\nThe relay wrote:\n{Relay.Log}"
        );
    }
}
