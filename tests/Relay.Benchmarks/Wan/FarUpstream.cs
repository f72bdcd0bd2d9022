using Relay.Benchmarks.Load;
using Relay.Benchmarks.Report;
using Relay.TestKit;

namespace Relay.Benchmarks.Wan;

/// <summary>A server at the end of a long line that takes mail only after STARTTLS and AUTH, as hosted ones do. It lives in this process: at 20 ms a round trip nobody is short of CPU.</summary>
internal sealed class FarUpstream : IAsyncDisposable
{
    public const string User = "bench";

    private readonly ScriptedUpstream _server;
    private readonly DelayLine _line;

    private FarUpstream(ScriptedUpstream server, DelayLine line)
    {
        _server = server;
        _line = line;
    }

    /// <summary>Of the near end.</summary>
    public int Port => _line.Port;

    public static async Task<FarUpstream> StartAsync(bool chunking, TimeSpan roundTrip)
    {
        string[] chunks = chunking ? ["CHUNKING"] : [];
        var options = new ScriptedUpstreamOptions
        {
            Extensions = ["PIPELINING", .. chunks, "SIZE 104857600", "8BITMIME", "ENHANCEDSTATUSCODES"],
            Certificate = TestCertificate.SelfSigned(),
            UserName = User,
            Password = User,
        };
        var server = await ScriptedUpstream.StartAsync(options);
        var line = new DelayLine(server.Port, roundTrip);
        line.Start();
        return new FarUpstream(server, line);
    }

    /// <summary>Messages taken so far.</summary>
    public int Taken() => _server.Accepted.Count;

    /// <summary>What a round trip over the line really takes, in milliseconds: the median of some.</summary>
    public async Task<double> MeasureRoundTripAsync(CancellationToken cancellationToken)
    {
        const int Times = 50;
        var times = new List<double>();
        await using var conversation = await SmtpConversation.OpenAsync(Port, cancellationToken);
        for (var number = 0; number < Times; number++)
        {
            var begin = TimeProvider.System.GetTimestamp();
            await conversation.AskAsync("NOOP\r\n"u8.ToArray(), cancellationToken);
            times.Add(TimeProvider.System.GetElapsedTime(begin).TotalMilliseconds);
        }

        return Median.Of(times);
    }

    public async ValueTask DisposeAsync()
    {
        await _line.DisposeAsync();
        await _server.DisposeAsync();
    }
}
