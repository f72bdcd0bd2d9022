using System.Globalization;
using System.Text.Json;

namespace Relay.Cli.Watching;

/// <summary>Shows what a command finds: once, or until it is ended.</summary>
internal sealed class Viewer(CommandContext context, bool isJson)
{
    public async Task<int> ShowAsync(Func<CancellationToken, Task<View>> look, CancellationToken cancellationToken)
    {
        var view = await look(cancellationToken);
        if (isJson)
        {
            await context.Output.WriteLineAsync(JsonSerializer.Serialize(view.Document, AdminClient.Json));
        }
        else
        {
            view.Write(context.Output);
        }

        if (view.Remark is { } remark)
        {
            await context.Error.WriteLineAsync(remark);
        }

        return view.ExitCode;
    }

    /// <summary>
    /// Looks again after each interval. A relay that cannot be reached at the first look ends it, since the address is probably wrong; later that is shown, and tried
    /// again: it may just be starting anew.
    /// </summary>
    /// <exception cref="AdminFailure">The first look failed.</exception>
    public async Task<int> WatchAsync(TimeSpan interval, Func<CancellationToken, Task<View>> look, CancellationToken cancellationToken)
    {
        using var end = new EndSignal(cancellationToken);
        var output = context.OpenLongOutput?.Invoke() ?? context.Output;
        var screen = context.IsScreen && !isJson ? new Screen(output, context.WindowSize) : null;
        var hasSeen = false;
        try
        {
            while (true)
            {
                var text = await LookAsync(look, hasSeen, end.Token);
                hasSeen = true;
                if (screen is not null)
                {
                    await screen.DrawAsync($"{Heading(interval)}\n\n{text}");
                }
                else
                {
                    await output.WriteAsync(isJson ? text : $"{Heading(interval)}\n{text}\n");
                    await output.FlushAsync(end.Token);
                }

                await Task.Delay(interval, context.Time, end.Token);
            }
        }
        catch (OperationCanceledException) when (end.Token.IsCancellationRequested)
        {
            return ExitCode.Success;
        }
        catch (IOException)
        {
            return ExitCode.Success; // whoever read has gone, and wants no more
        }
    }

    private async Task<string> LookAsync(Func<CancellationToken, Task<View>> look, bool maySayFailure, CancellationToken cancellationToken)
    {
        try
        {
            var view = await look(cancellationToken);
            return isJson ? $"{JsonSerializer.Serialize(view.Document, AdminClient.JsonLine)}\n" : TextOf(view);
        }
        catch (AdminFailure failure) when (maySayFailure)
        {
            return isJson
                ? $"{JsonSerializer.Serialize(new { Error = failure.Message }, AdminClient.JsonLine)}\n"
                : $"relay: {failure.Message}\n";
        }
    }

    private static string TextOf(View view)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        view.Write(writer);
        if (view.Remark is { } remark)
        {
            writer.WriteLine(remark);
        }

        return writer.ToString();
    }

    private string Heading(TimeSpan interval) =>
        string.Create(CultureInfo.InvariantCulture, $"{context.Time.GetUtcNow():u}, every {interval.TotalSeconds:0.#} s; Ctrl+C ends");
}
