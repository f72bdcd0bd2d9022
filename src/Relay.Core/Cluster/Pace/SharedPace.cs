using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Relay.Core.Telemetry;
using Relay.Core.Upstreams.Pace;

namespace Relay.Core.Cluster.Pace;

/// <summary>
/// Keeps this node's parts of the limits that nodes share: exchanges with the ledger in the background, at once when messages wait for want of more, and seldom while
/// there is no mail. A message never waits for it as long as the node's own part lasts.
/// </summary>
internal sealed partial class SharedPace : IAccountBooks, IHostedService, IAsyncDisposable
{
    private readonly IPaceLedger _ledger;
    private readonly string _node;
    private readonly TimeSpan _keeps;
    private readonly TimeProvider _time;
    private readonly RelayMetrics _metrics;
    private readonly ILogger<SharedPace> _logger;
    private readonly PaceExchange _exchange;
    private readonly PaceRhythm _rhythm;
    private readonly Channel<bool> _calls = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );
    private readonly CancellationTokenSource _ending = new();
    private Task _loop = Task.CompletedTask;
    private bool _isAway;
    private volatile string? _trouble = "the database has not been reached yet";

    /// <param name="ledger">Where the nodes divide the limits.</param>
    /// <param name="node">Name of this node: no two that run have the same.</param>
    /// <param name="keeps">For so long it uses what it has while the database is away.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Counts the exchanges.</param>
    /// <param name="logger">Is told when the ledger cannot be reached, and when it can again.</param>
    public SharedPace(IPaceLedger ledger, string node, TimeSpan keeps, TimeProvider time, RelayMetrics metrics, ILogger<SharedPace> logger)
    {
        (_ledger, _node, _keeps, _time, _metrics, _logger) = (ledger, node, keeps, time, metrics, logger);
        _exchange = new PaceExchange(keeps, time);
        _rhythm = new PaceRhythm(time);
    }

    /// <summary>Why nothing goes out over accounts with limits; null while it does.</summary>
    public string? Trouble => _trouble;

    /// <summary>The windows and what this node may have in use of them.</summary>
    public IReadOnlyList<SharedWindow> Windows => _exchange.Windows;

    public IAccountBook Of(string account) => new SharedAccount(account, this, _time);

    public void Add(SharedWindow window)
    {
        _exchange.Add(window);
        Wake();
    }

    /// <summary>Somebody needs more than there is.</summary>
    public void Wake() => _calls.Writer.TryWrite(true);

    /// <summary>A node has given something back, or needs something.</summary>
    /// <param name="holder">Its number; null: some may have.</param>
    public void Hear(string? holder)
    {
        if (!string.Equals(holder, _exchange.Holder.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
        {
            _rhythm.Hear();
            Wake();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _loop = Task.Run(LoopAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Gives back what is not in use.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_ending.IsCancellationRequested)
        {
            return;
        }

        await _ending.CancelAsync();
        await _loop;
        try
        {
            if (_exchange.Holder != 0)
            {
                await ExchangeAsync(isLast: true, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is LedgerAwayException or OperationCanceledException)
        {
            LogNotGivenBack(failure.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _ending.Dispose();
    }

    private async Task LoopAsync()
    {
        await using var alarm = _time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            while (true)
            {
                await _calls.Reader.ReadAsync(_ending.Token);
                if (_rhythm.Gap is var gap && gap > TimeSpan.Zero)
                {
                    await Task.Delay(gap, _time, _ending.Token);
                }

                if (_exchange.Windows.Count > 0)
                {
                    await TryExchangeAsync();
                    alarm.Change(_rhythm.Interval, Timeout.InfiniteTimeSpan);
                }
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task TryExchangeAsync()
    {
        try
        {
            var grown = await ExchangeAsync(isLast: false, _ending.Token);
            _metrics.RatesExchanged();
            if (_isAway)
            {
                _isAway = false;
                LogReached();
            }

            TellOfRoom(_trouble is null ? grown : _exchange.Windows);
            _trouble = null;
        }
        catch (LedgerAwayException away)
        {
            _rhythm.Failed();
            Fail(away.Message);
        }
    }

    /// <summary>Once around: what the ledger says, and what this node has to say to it.</summary>
    private async Task<IReadOnlyList<SharedWindow>> ExchangeAsync(bool isLast, CancellationToken token)
    {
        if (_exchange.IsUncertain)
        {
            await RecoverAsync(token);
        }

        if (_exchange.Holder == 0)
        {
            _exchange.Joined(await _ledger.JoinAsync(_node, _keeps, token));
        }

        if (_rhythm.IsTidyDue)
        {
            await _ledger.TidyAsync(token);
        }

        var windows = _exchange.Windows;
        var views = await _ledger.ReadAsync([.. windows.Select(static window => window.Key)], token);
        var write = _exchange.Plan(views, isLast);
        var grown = write is null ? [] : await WriteAsync(write, token);
        _rhythm.Exchanged(views, windows, grown.Count > 0);
        return grown;
    }

    private async Task RecoverAsync(CancellationToken token)
    {
        var holder = _exchange.Holder;
        _exchange.Settle(await _ledger.RecoverAsync(holder, token));
        if (_exchange.Holder == 0)
        {
            LogGone(holder);
        }
    }

    private async Task<IReadOnlyList<SharedWindow>> WriteAsync(LedgerWrite write, CancellationToken token)
    {
        var isAnswered = false;
        try
        {
            var taken = await _ledger.WriteAsync(write, token);
            isAnswered = true;
            return _exchange.Complete(taken);
        }
        finally
        {
            if (!isAnswered)
            {
                _exchange.Lost();
            }
        }
    }

    private void Fail(string why)
    {
        if (!_isAway)
        {
            _isAway = true;
            LogAway(why, _keeps);
        }

        var words = $"this node's part of the rate is used up, and there is no more while {why}";
        foreach (var window in _exchange.Windows)
        {
            window.Keep(words);
        }

        _trouble = _exchange.IsValid ? null : $"rates are shared with other nodes, and {why}";
    }

    private static void TellOfRoom(IEnumerable<SharedWindow> windows)
    {
        foreach (var account in windows.Select(static window => window.Owner).Distinct())
        {
            account.TellOfRoom();
        }
    }

    [LoggerMessage(
        EventId = 660,
        EventName = "SharedPaceAway",
        Level = LogLevel.Warning,
        Message = "The rates that nodes share cannot be divided anew; for {Keeps} this node goes on with the part that it has: {Reason}"
    )]
    private partial void LogAway(string reason, TimeSpan keeps);

    [LoggerMessage(
        EventId = 661,
        EventName = "SharedPaceReached",
        Level = LogLevel.Information,
        Message = "The rates that nodes share are divided again"
    )]
    private partial void LogReached();

    [LoggerMessage(
        EventId = 662,
        EventName = "SharedPaceGone",
        Level = LogLevel.Warning,
        Message = "This node was silent for so long that others have its part of the rates (holder {Holder}); it asks for a new one"
    )]
    private partial void LogGone(long holder);

    [LoggerMessage(
        EventId = 663,
        EventName = "SharedPaceNotGivenBack",
        Level = LogLevel.Warning,
        Message = "This node's part of the rates could not be given back; others get it when they take this node for dead: {Reason}"
    )]
    private partial void LogNotGivenBack(string reason);
}
