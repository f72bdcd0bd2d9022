using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Reception;
using Relay.Core.Spool;
using Relay.Core.Telemetry;

namespace Relay.Core.Pickup;

/// <summary>Looks at the pickup folder as long as the process runs. Before anything is delivered it finds out which files of an earlier process the spool has.</summary>
internal sealed partial class PickupService(
    RelayOptions options,
    IMessageSink sink,
    IMessageSpool spool,
    BodyStorage storage,
    MessageIdGenerator ids,
    RelayMetrics metrics,
    TimeProvider time,
    ILogger<PickupService> logger
) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private PickupScan? _scan;
    private Task _work = Task.CompletedTask;

    /// <summary>Comes before the spool's worker starts: afterwards a message that is not in the spool may have been delivered.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var folder = new PickupFolder(options.Pickup.Path!);
        Prepare(folder);
        var isProxy = options.Delivery.Accept == AcceptMode.Proxy;
        var delivery = new PickupDelivery(folder, new PickupReader(options, storage, time), sink, spool, metrics, isProxy, logger);
        _scan = new PickupScan(folder, delivery, options.Pickup, ids, time);
        foreach (var file in folder.Taken())
        {
            await FindOutAsync(file, delivery, _scan);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Comes when everything that delivers mail runs.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        metrics.AnnouncePickup();
        LogStarted(options.Pickup.Path!);
        _work = Task.Run(WorkAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Comes first: no file is begun any more. Those in hand come to their end within the time of their attempts.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken) => await _stopping.CancelAsync();

    public Task StopAsync(CancellationToken cancellationToken) => _work.WaitAsync(cancellationToken);

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    private void Prepare(PickupFolder folder)
    {
        try
        {
            folder.Prepare();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PickupOpenException($"the pickup folder {options.Pickup.Path} cannot be used: {exception.Message}", exception);
        }
    }

    private async Task FindOutAsync(PickupFile file, PickupDelivery delivery, PickupScan scan)
    {
        try
        {
            if (!await delivery.IsStoredAsync(file))
            {
                scan.Resume(file);
            }
        }
        catch (SpoolUnavailableException failure)
        {
            LogUnknown(file.Name, failure.Message); // sent now it could arrive twice: the next start will know
        }
    }

    private async Task WorkAsync()
    {
        using var timer = new PeriodicTimer(options.Pickup.Interval, time);
        var trouble = "";
        do
        {
            try
            {
                await _scan!.RunAsync(_stopping.Token);
                trouble = "";
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                if (exception.Message != trouble)
                {
                    trouble = exception.Message; // said once, not at each look
                    LogTrouble(exception.Message);
                }
            }
            catch (Exception defect)
            {
                LogDefect(defect);
            }
        } while (await WaitAsync(timer));
    }

    private async ValueTask<bool> WaitAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(EventId = 623, EventName = "PickupStarted", Level = LogLevel.Information, Message = "Files are picked up from {Folder}")]
    private partial void LogStarted(string folder);

    [LoggerMessage(
        EventId = 626,
        EventName = "PickupUnknown",
        Level = LogLevel.Error,
        Message = "Pickup: {File} stays until the next start, since the spool cannot be asked whether it has it: {Reason}"
    )]
    private partial void LogUnknown(string file, string reason);

    [LoggerMessage(
        EventId = 624,
        EventName = "PickupTrouble",
        Level = LogLevel.Error,
        Message = "The pickup folder cannot be read: {Reason}"
    )]
    private partial void LogTrouble(string reason);

    [LoggerMessage(
        EventId = 625,
        EventName = "PickupDefect",
        Level = LogLevel.Error,
        Message = "A look at the pickup folder ended by a defect"
    )]
    private partial void LogDefect(Exception defect);
}
