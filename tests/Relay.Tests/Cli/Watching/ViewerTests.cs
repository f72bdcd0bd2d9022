using System.Text.Json;
using Relay.Cli;
using Relay.Cli.Watching;

namespace Relay.Tests.Cli.Watching;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ViewerTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1);

    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Test]
    public async Task Watching_as_JSON_is_one_document_a_line()
    {
        var exitCode = await WatchAsync(isJson: true, isScreen: false, looks: 3, number => Task.FromResult(Some(number)));

        var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(exitCode, Is.Zero);
        Assert.That(
            lines.Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("number").GetInt32()),
            Is.EqualTo([1, 2, 3])
        );
    }

    [Test]
    public async Task Into_a_pipe_goes_one_block_after_the_other_without_control_sequences()
    {
        await WatchAsync(isJson: false, isScreen: false, looks: 2, number => Task.FromResult(Some(number)));

        Assert.That(
            _output.ToString(),
            Does.Match(@"(?s)^\S+ \S+, every 0 s; Ctrl\+C ends\nnumber 1\n\n.*number 2\n\n$").And.Not.Contain("\e")
        );
    }

    [Test]
    public async Task On_a_terminal_it_is_drawn_over()
    {
        await WatchAsync(isJson: false, isScreen: true, looks: 2, number => Task.FromResult(Some(number)));

        var frames = _output.ToString().Split("\e[H");
        Assert.That(frames, Has.Length.EqualTo(3));
        Assert.That(frames[0], Is.EqualTo("\e[2J"), "cleared once");
        Assert.That(frames[2], Does.Contain("number 2\e[K").And.EndsWith("\e[J").And.Not.Contain("number 1"));
    }

    [Test]
    public void A_relay_that_cannot_be_reached_at_first_ends_it() =>
        Assert.That(
            async () => await WatchAsync(isJson: false, isScreen: false, looks: 1, static _ => throw new AdminFailure("no relay answers")),
            Throws.TypeOf<AdminFailure>()
        );

    [Test]
    public async Task One_that_is_away_later_is_told_and_asked_again()
    {
        await WatchAsync(
            isJson: false,
            isScreen: false,
            looks: 3,
            static number => number == 2 ? throw new AdminFailure("no relay answers") : Task.FromResult(Some(number))
        );

        Assert.That(_output.ToString(), Does.Match("(?s)number 1\n.*relay: no relay answers\n.*number 3\n"));
    }

    [Test]
    public async Task It_ends_well_when_the_reader_of_the_pipe_has_gone()
    {
        var context = SomeContext.Of(_output) with { OpenLongOutput = static () => new BrokenPipe() };

        var exitCode = await new Viewer(context, isJson: true).WatchAsync(
            Interval,
            static _ => Task.FromResult(Some(1)),
            CancellationToken.None
        );

        Assert.That(exitCode, Is.Zero);
    }

    [Test]
    public async Task Once_it_prints_the_document_indented_and_ends_as_the_command_says()
    {
        var view = Some(7) with { ExitCode = 1 };

        var exitCode = await new Viewer(SomeContext.Of(_output), isJson: true).ShowAsync(
            _ => Task.FromResult(view),
            CancellationToken.None
        );

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(_output.ToString(), Does.Contain("  \"number\": 7"));
    }

    private static View Some(int number) => new(new { Number = number }, writer => writer.WriteLine($"number {number}"));

    private async Task<int> WatchAsync(bool isJson, bool isScreen, int looks, Func<int, Task<View>> look)
    {
        using var end = new CancellationTokenSource();
        var context = SomeContext.Of(_output) with { IsScreen = isScreen };
        var number = 0;
        return await new Viewer(context, isJson).WatchAsync(
            Interval,
            async _ =>
            {
                if (++number > looks)
                {
                    await end.CancelAsync();
                    end.Token.ThrowIfCancellationRequested();
                }

                return await look(number);
            },
            end.Token
        );
    }

    private sealed class BrokenPipe : StringWriter
    {
        public override Task FlushAsync(CancellationToken cancellationToken) => throw new IOException("Broken pipe");
    }
}
