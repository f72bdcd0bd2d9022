using System.Text;

namespace Relay.Benchmarks.Load;

/// <summary>
/// Sends a plan's messages in lockstep and notes how long each took: kept open from MAIL to the last 250, otherwise from the connect on.
/// </summary>
internal sealed class LoadClient(LoadPlan plan, TimeProvider time)
{
    private static readonly byte[] Hello = "EHLO client.bench.test\r\n"u8.ToArray();
    private static readonly byte[] Login = Encoding.ASCII.GetBytes($"AUTH PLAIN {Convert.ToBase64String("\0bench\0bench"u8)}\r\n");
    private static readonly byte[] Mail = "MAIL FROM:<sender@bench.test>\r\n"u8.ToArray();
    private static readonly byte[] Recipient = "RCPT TO:<recipient@bench.test>\r\n"u8.ToArray();
    private static readonly byte[] Data = "DATA\r\n"u8.ToArray();
    private static readonly byte[] Quit = "QUIT\r\n"u8.ToArray();

    private readonly LatencyHistogram _times = new();
    private readonly byte[] _body = Body(plan.Size);
    private int _taken;

    public async Task<LoadReport> RunAsync(CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, plan.Sessions).Select(_ => RunSessionAsync(failed)));
        return new LoadReport(
            plan.Messages,
            _times.PercentileMs(0.5),
            _times.PercentileMs(0.9),
            _times.PercentileMs(0.99),
            _times.Maximum / 1000.0
        );
    }

    /// <summary>One that fails takes the others with it: nobody waits for figures that are worth nothing.</summary>
    private async Task RunSessionAsync(CancellationTokenSource failed)
    {
        try
        {
            await (plan.KeepOpen ? SendOverOneAsync(failed.Token) : SendOverManyAsync(failed.Token));
        }
        catch
        {
            await failed.CancelAsync();
            throw;
        }
    }

    private async Task SendOverOneAsync(CancellationToken cancellationToken)
    {
        await using var conversation = await SmtpConversation.OpenAsync(plan.Port, cancellationToken);
        await GreetAsync(conversation, cancellationToken);
        while (TryTake(out var isMeasured))
        {
            var begin = time.GetTimestamp();
            await SendAsync(conversation, cancellationToken);
            Note(begin, isMeasured);
        }

        await conversation.AskAsync(Quit, cancellationToken);
    }

    private async Task SendOverManyAsync(CancellationToken cancellationToken)
    {
        while (TryTake(out var isMeasured))
        {
            var begin = time.GetTimestamp();
            await using var conversation = await SmtpConversation.OpenAsync(plan.Port, cancellationToken);
            await GreetAsync(conversation, cancellationToken);
            await SendAsync(conversation, cancellationToken);
            Note(begin, isMeasured);
            await conversation.AskAsync(Quit, cancellationToken);
        }
    }

    private async ValueTask GreetAsync(SmtpConversation conversation, CancellationToken cancellationToken)
    {
        await conversation.AskAsync(Hello, cancellationToken);
        if (plan.Secure)
        {
            await conversation.StartTlsAsync(cancellationToken);
            await conversation.AskAsync(Hello, cancellationToken);
            await conversation.AskAsync(Login, cancellationToken);
        }
    }

    private async ValueTask SendAsync(SmtpConversation conversation, CancellationToken cancellationToken)
    {
        await conversation.AskAsync(Mail, cancellationToken);
        await conversation.AskAsync(Recipient, cancellationToken);
        await conversation.AskAsync(Data, cancellationToken);
        await conversation.AskAsync(_body, cancellationToken);
    }

    private bool TryTake(out bool isMeasured)
    {
        var number = Interlocked.Increment(ref _taken);
        isMeasured = number > plan.WarmUp;
        return number <= plan.WarmUp + plan.Messages;
    }

    private void Note(long begin, bool isMeasured)
    {
        if (isMeasured)
        {
            _times.Add(time.GetElapsedTime(begin));
        }
    }

    /// <summary>A header, lines of 80 octets, and the final dot.</summary>
    private static byte[] Body(int size)
    {
        const string Header = "From: <sender@bench.test>\r\nTo: <recipient@bench.test>\r\nSubject: benchmark\r\n\r\n";
        var text = new StringBuilder(Header, size + 90);
        while (text.Length < size)
        {
            text.Append('X', Math.Clamp(size - text.Length - 2, 1, 78)).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(text.Append(".\r\n").ToString());
    }
}
