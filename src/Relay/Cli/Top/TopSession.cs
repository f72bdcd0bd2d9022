using System.Threading.Channels;
using Relay.Admin;
using Relay.Cli.Watching;

namespace Relay.Cli.Top;

/// <summary>One sitting: readings come in by the clock, keys by hand, and after each the page is drawn. All of it is one loop, so that nothing is shared.</summary>
internal sealed class TopSession(CommandContext context, AdminClient client, TimeSpan interval)
{
    private const int MostWaiting = 64;

    private readonly Channel<Action> _events = Channel.CreateBounded<Action>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    private readonly TopModel _model = new();
    private readonly TopKeys _keys = new();

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var end = new EndSignal(cancellationToken);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
        var screen = new Screen(context.OpenLongOutput?.Invoke() ?? context.Output, context.WindowSize);
        new Thread(() => ReadKeys(over.Token)) { IsBackground = true, Name = "keys" }.Start();
        var looking = LookAsync(over.Token);
        try
        {
            await screen.OpenAsync();
            await DrawAsync(screen, over.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Ctrl+C is one of the ways to leave.
        }
        catch (IOException)
        {
            return ExitCode.Success; // the terminal has gone
        }
        finally
        {
            await over.CancelAsync();
            await looking;
        }

        await screen.CloseAsync();
        return ExitCode.Success;
    }

    private async Task DrawAsync(Screen screen, CancellationToken cancellationToken)
    {
        var hasColours = !context.Sources.Environment.ContainsKey("NO_COLOR");
        while (!_keys.IsOver)
        {
            var (width, height) = context.WindowSize();
            var page = new TopPage(client.Address, interval, width, height) { HasColours = hasColours };
            await screen.DrawStyledAsync(page.Lines(_model, _keys, context.Time.GetUtcNow()));
            (await _events.Reader.ReadAsync(cancellationToken))();
            while (_events.Reader.TryRead(out var more))
            {
                more();
            }
        }
    }

    /// <summary>Goes on asking a relay that does not answer: it may be starting anew.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var next = Task.Delay(interval, context.Time, cancellationToken);
                await TakeAsync(cancellationToken);
                await next;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It is over.
        }
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var reading = await RelayReading.TakeAsync(client, context.Time, cancellationToken);
            _events.Writer.TryWrite(() => _model.Take(reading));
        }
        catch (AdminFailure failure)
        {
            _events.Writer.TryWrite(() => _model.TakeTrouble(failure.Message));
        }
    }

    /// <summary>A thread of its own: waiting for a key cannot be given up.</summary>
    private void ReadKeys(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && context.ReadKey() is { } key)
        {
            _events.Writer.TryWrite(() => Press(key, cancellationToken));
        }
    }

    private void Press(ConsoleKeyInfo key, CancellationToken cancellationToken)
    {
        if (_keys.Press(key, _model.Rows(_keys.Order)) is { } action)
        {
            _keys.Note = $"{action.Words} …";
            _ = DoAsync(action, cancellationToken);
        }
    }

    private async Task DoAsync(TopAction action, CancellationToken cancellationToken)
    {
        string note;
        try
        {
            var isWeight = action.Verb == "weight";
            var item = await client.SendAsync<UpstreamItem>(
                isWeight ? HttpMethod.Put : HttpMethod.Post,
                action.Path,
                isWeight ? new SetUpstreamWeight.Change(action.Weight) : null,
                cancellationToken
            );
            note = $"{UpstreamRow.KeyOf(item)} is {item.State}, weight {item.Weight}";
        }
        catch (AdminFailure failure)
        {
            note = $"relay: {failure.Message}";
        }
        catch (OperationCanceledException)
        {
            return; // it is over
        }

        _events.Writer.TryWrite(() => _keys.Note = note);
        await TakeAsync(cancellationToken);
    }
}
