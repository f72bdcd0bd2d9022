using Relay.Cli.Watching;

namespace Relay.Tests.Cli.Watching;

public sealed class ScreenTests
{
    [Test]
    public async Task What_does_not_fit_is_left_out_and_said_to_be()
    {
        using var output = new StringWriter();

        await new Screen(output, static () => (10, 4)).DrawAsync("one\ntwo\nthree\nfour\nfive is a long line\n");

        Assert.That(output.ToString(), Does.Contain("two\e[K\r\n… and 3 li\e[K\r\n\e[J").And.Not.Contain("three"));
    }

    [Test]
    public async Task Words_of_others_are_no_commands_to_the_terminal()
    {
        using var output = new StringWriter();

        await new Screen(output, static () => (80, 24)).DrawAsync("a\e]0;title\a b");

        Assert.That(output.ToString(), Does.Contain("a ]0;title  b\e[K"));
    }
}
