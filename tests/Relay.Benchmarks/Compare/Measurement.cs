using Relay.Benchmarks.Load;
using Relay.Benchmarks.Processes;
using static System.FormattableString;

namespace Relay.Benchmarks.Compare;

/// <summary>One run against one peer: Postfix's smtp-source for rate and CPU, the load client for latency, and a count of what arrived.</summary>
internal sealed class Measurement(Subject subject, Case load, TimeProvider time)
{
    private static readonly TimeSpan LoadPatience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan ArrivalPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ArrivalInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Rate, CPU, memory.</summary>
    /// <exception cref="MeasurementException">A message was lost, doubled or refused.</exception>
    public async Task<Run> MeasureRateAsync(int round, int messages, CancellationToken cancellationToken)
    {
        var taken = subject.Sinks.Taken();
        var allocated = await subject.AllocatedBytesAsync(cancellationToken);
        await using var memory = new PeakMemory(subject.Tree);
        var others = new OtherLoad();
        var (peerCpu, upstreamCpu) = (subject.Tree.CpuSeconds(), subject.Sinks.Tree.CpuSeconds());
        var begin = time.GetTimestamp();
        await Tool.RunAsync(SmtpSource(messages), LoadPatience, cancellationToken);
        await WaitForArrivalAsync(taken + messages, cancellationToken);
        var seconds = time.GetElapsedTime(begin).TotalSeconds;
        var othersShare = others.Share();
        double PerThousand(double used) => used * 1000 / messages;
        return new Run(
            load.Name,
            subject.Name,
            round,
            messages,
            messages / seconds,
            PerThousand(subject.Tree.CpuSeconds() - peerCpu),
            PerThousand(subject.Sinks.Tree.CpuSeconds() - upstreamCpu),
            memory.MiB,
            (await AllocatedAfterAsync(begin, cancellationToken) - allocated) / messages,
            othersShare,
            0,
            0
        );
    }

    /// <summary>The same kind of load once more, by the client that notes how long each message takes.</summary>
    /// <exception cref="MeasurementException">A message was lost, doubled or refused.</exception>
    public async Task<LoadReport> MeasureLatencyAsync(int messages, int warmUp, CancellationToken cancellationToken)
    {
        var taken = subject.Sinks.Taken();
        var plan = new LoadPlan(subject.Port, load.Sessions, messages, warmUp, load.Size, load.KeepOpen, Secure: false);
        var report = await LoadProcess.RunAsync(plan, cancellationToken);
        await WaitForArrivalAsync(taken + messages + warmUp, cancellationToken);
        return report;
    }

    private async Task<double?> AllocatedAfterAsync(long begin, CancellationToken cancellationToken)
    {
        var missing = MetricsPage.Memory - time.GetElapsedTime(begin);
        await Task.Delay(missing > TimeSpan.Zero ? missing : TimeSpan.Zero, time, cancellationToken);
        return await subject.AllocatedBytesAsync(cancellationToken);
    }

    private string[] SmtpSource(int messages)
    {
        string[] open = load.KeepOpen ? ["-d"] : [];
        return
        [
            "smtp-source",
            .. open,
            .. new[] { "-4", "-M", "client.bench.test", "-f", "sender@bench.test", "-t", "recipient@bench.test" },
            .. new[] { "-s", Invariant($"{load.Sessions}"), "-m", Invariant($"{messages}"), "-l", Invariant($"{load.Size}") },
            Invariant($"127.0.0.1:{subject.Port}"),
        ];
    }

    /// <summary>Relays with a queue answer before the upstream has the message. Nothing new for long means that the rest is lost.</summary>
    private async Task WaitForArrivalAsync(long expected, CancellationToken cancellationToken)
    {
        var arrived = subject.Sinks.Taken();
        var progress = time.GetTimestamp();
        while (arrived < expected && time.GetElapsedTime(progress) < ArrivalPatience)
        {
            await Task.Delay(ArrivalInterval, time, cancellationToken);
            var now = subject.Sinks.Taken();
            progress = now > arrived ? time.GetTimestamp() : progress;
            arrived = now;
        }

        if (arrived != expected)
        {
            throw new MeasurementException(
                Invariant($"{Math.Abs(expected - arrived)} messages {(arrived < expected ? "lost" : "too many")}.")
            );
        }
    }
}
