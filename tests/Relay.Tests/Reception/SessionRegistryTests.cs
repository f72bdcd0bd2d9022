using System.IO.Pipelines;
using Relay.Core.Reception;

namespace Relay.Tests.Reception;

internal sealed class SessionRegistryTests : ReceptionFixture
{
    [Test]
    public async Task A_drain_that_begins_while_sessions_come_and_go_wakes_them_all_the_same()
    {
        using var ended = new CancellationTokenSource();
        var sessions = Enumerable.Range(0, 64).Select(_ => NewSession()).ToList();
        var comingAndGoing = Task.Run(() =>
        {
            while (!ended.IsCancellationRequested)
            {
                sessions.ForEach(Registry.Add);
                sessions.ForEach(Registry.Remove);
            }
        });

        try
        {
            for (var round = 0; round < 5_000; round++)
            {
                Registry.BeginDrain();
            }
        }
        finally
        {
            await ended.CancelAsync();
            await comingAndGoing;
        }

        await Registry.WaitForDrainAsync(CancellationToken.None);
    }

    private SmtpSession NewSession()
    {
        var service = new SmtpService(Settings, Registry, Log);
        var input = new Pipe();
        var transport = new SessionTransport(new DuplexPipe(input.Reader, input.Writer), Time, TimeSpan.FromSeconds(1), static () => { });
        return new SmtpSession(
            service,
            transport,
            new SessionContext(client: null, "smtp", mayRelay: true),
            default,
            CancellationToken.None
        );
    }

    private sealed class DuplexPipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
