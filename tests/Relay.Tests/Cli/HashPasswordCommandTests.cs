using System.Text;
using System.Text.Json;
using Relay.Core.Configuration;

namespace Relay.Tests.Cli;

internal sealed class HashPasswordCommandTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task What_is_typed_twice_becomes_a_hash_of_it()
    {
        var run = await CommandRun.AnsweringAsync(_folder, "correct hörse\ncorrect hörse\n", "hash-password", "--iterations", "4096");

        Assert.That((run.ExitCode, run.Error), Is.EqualTo((0, "Password: Again: ")));
        Assert.That(PasswordHash.TryParse(run.Output.Trim(), out var hash), Is.True);
        Assert.That(
            (hash!.Iterations, hash.Salt.Length, hash.Matches(Encoding.UTF8.GetBytes("correct hörse"))),
            Is.EqualTo((4096, 16, true))
        );
    }

    [Test]
    public async Task Each_run_takes_another_salt_and_a_hundred_thousand_rounds()
    {
        var first = await CommandRun.AnsweringAsync(_folder, "pencil\npencil\n", "hash-password");
        var second = await CommandRun.AnsweringAsync(_folder, "pencil\npencil\n", "hash-password", "--json");

        Assert.That(first.Output, Does.StartWith("SCRAM-SHA-256$100000:"));
        var json = JsonDocument.Parse(second.Output).RootElement.GetProperty("passwordHash").GetString();
        Assert.That(json, Does.StartWith("SCRAM-SHA-256$100000:").And.Not.EqualTo(first.Output.Trim()));
    }

    [TestCase("a\nb\n", "the two are not the same")]
    [TestCase("\n\n", "a password has 1 to 1024 characters")]
    [TestCase("a\tb\na\tb\n", "a control character")]
    public async Task A_password_that_will_not_do_is_refused(string typed, string expected)
    {
        var run = await CommandRun.AnsweringAsync(_folder, typed, "hash-password");

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((1, "")));
        Assert.That(run.Error, Does.Contain(expected));
    }

    [TestCase("4095")]
    [TestCase("1000001")]
    public async Task Iterations_have_bounds(string iterations) =>
        Assert.That((await CommandRun.OfAsync(_folder, "hash-password", "--iterations", iterations)).ExitCode, Is.EqualTo(2));
}
