using System.Threading.Channels;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Telemetry;
using Relay.Events;

namespace Relay.Webhooks;

/// <summary>Posts the events of one webhook in their order, each until it is taken or too old. What waits is bounded; the oldest give way.</summary>
internal sealed class WebhookSender : IAsyncDisposable
{
    public const int MostWaiting = 256;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    private readonly string _name;
    private readonly WebhookOptions _options;
    private readonly WebhookTools _tools;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<RelayEvent> _waiting;
    private readonly Task _work;

    /// <param name="name">In the configuration.</param>
    /// <param name="options">Of this webhook.</param>
    /// <param name="tools">What all have in common.</param>
    public WebhookSender(string name, WebhookOptions options, WebhookTools tools)
    {
        (_name, _options, _tools) = (name, options, tools);
        _waiting = Channel.CreateBounded<RelayEvent>(
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            Drop
        );
        tools.Metrics.AnnounceWebhook(name);
        _work = Task.Run(RunAsync);
    }

    public WebhookOptions Options => _options;

    /// <summary>Takes it, or has another one give way; never waits.</summary>
    public void Offer(RelayEvent happened)
    {
        if (_options.Events.Count == 0 || _options.Events.Contains(happened.Kind))
        {
            _waiting.Writer.TryWrite(happened);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _work;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var happened in _waiting.Reader.ReadAllAsync(_stopping.Token))
            {
                await SendAsync(happened);
            }
        }
        catch (OperationCanceledException)
        {
            return; // the process ends, or the webhook is another now
        }
        catch (Exception defect)
        {
            _tools.Log.Defect(defect, _name);
        }
    }

    private async Task SendAsync(RelayEvent happened)
    {
        var id = _tools.Ids.Next().ToString();
        var body = WebhookBody.Compose(id, happened, _tools.HostName);
        var begin = _tools.Time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var trouble = await _tools.Client.PostAsync(_options, id, WebhookBody.NameOf(happened.Kind), body, _stopping.Token);
            _stopping.Token.ThrowIfCancellationRequested();
            if (trouble is null)
            {
                _tools.Metrics.Notified(_name, "delivered");
                return;
            }

            if (_tools.Time.GetElapsedTime(begin) + pause > _options.GiveUpAfter)
            {
                _tools.Metrics.Notified(_name, "failed");
                _tools.Log.GivenUp(_name, happened.Kind, trouble);
                return;
            }

            _tools.Log.Failed(_name, happened.Kind, trouble, (int)pause.TotalSeconds);
            await Task.Delay(pause, _tools.Time, _stopping.Token);
        }
    }

    private void Drop(RelayEvent dropped)
    {
        _tools.Metrics.Notified(_name, "dropped");
        _tools.Log.Dropped(_name, dropped.Kind);
    }
}

/// <summary>What the senders of all webhooks have in common.</summary>
internal sealed record WebhookTools(
    string HostName,
    WebhookClient Client,
    MessageIdGenerator Ids,
    RelayMetrics Metrics,
    WebhookLog Log,
    TimeProvider Time
);
