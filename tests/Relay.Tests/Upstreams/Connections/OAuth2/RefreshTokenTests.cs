namespace Relay.Tests.Upstreams.Connections.OAuth2;

/// <summary>Refresh tokens that a provider renews: kept, written back, and never written over what somebody else has put there.</summary>
internal sealed class RefreshTokenTests : TokenSourceFixture
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    private string[] Shown => [.. Endpoint.Forms.Select(static form => form["refresh_token"])];

    [Test]
    public async Task The_token_of_the_configuration_is_shown_until_there_is_a_newer_one()
    {
        Endpoint.ThenToken("a", 600, "second").ThenToken("b", 600).ThenToken("c", 600, "third").ThenToken("d", 600);
        Use(Credentials with { RefreshToken = "first" });

        await AskTimesAsync(4);

        Assert.That(Shown, Is.EqualTo(["first", "second", "second", "third"]));
    }

    [Test]
    public async Task A_renewed_token_is_written_into_the_first_line_of_its_file()
    {
        Endpoint.ThenToken("a", 600, "second").ThenToken("b", 600);
        var file = FileOf("first\n# of relay@example.com\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await AskTimesAsync(2);

        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("second\n# of relay@example.com\n"));
        Assert.That(Directory.GetFiles(_folder.Path), Is.EqualTo([file]), "nothing is left beside it");
        Assert.That(Shown, Is.EqualTo(["first", "second"]));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }

    [Test]
    public async Task A_link_to_the_file_stays_one()
    {
        Endpoint.ThenToken("a", 600, "second");
        var file = _folder.Write("real", "first\n");
        var link = Path.Combine(_folder.Path, "link");
        File.CreateSymbolicLink(link, file);
        Use(Credentials with { RefreshTokenFile = link });

        await AskTimesAsync(1);

        Assert.That(File.ResolveLinkTarget(link, returnFinalTarget: true)?.FullName, Is.EqualTo(file));
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("second\n"));
    }

    [Test]
    public async Task A_file_that_was_changed_by_hand_counts_more_than_what_the_provider_gave()
    {
        Endpoint.ThenToken("a", 600, "second").ThenToken("b", 600);
        var file = FileOf("first\n");
        await AskTimesAsync(1);

        await File.WriteAllTextAsync(file, "by hand\n");
        await AskTimesAsync(1);

        Assert.That(Shown, Is.EqualTo(["first", "by hand"]));
    }

    [Test]
    public async Task A_file_that_was_changed_while_the_request_was_under_way_is_left_as_it_is()
    {
        Endpoint.ThenToken("a", 600, "second").ThenToken("b", 600);
        var file = FileOf("first\n");
        Endpoint.Hold();
        var first = TokenAsync();
        await RequestsAsync(1);
        await File.WriteAllTextAsync(file, "by hand\n");
        Endpoint.Release();
        await first;

        await AskTimesAsync(1);

        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("by hand\n"));
        Assert.That(Shown, Is.EqualTo(["first", "by hand"]));
    }

    [Test]
    public async Task A_token_that_cannot_be_written_is_used_and_written_as_soon_as_it_can_be()
    {
        Endpoint.ThenToken("a", 600, "second").ThenToken("b", 600);
        var file = FileOf("first\n");
        Directory.CreateDirectory(file + ".new"); // in the way of the new file

        await AskTimesAsync(1);
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("first\n"));
        Directory.Delete(file + ".new");
        await AskTimesAsync(1);

        Assert.That(Shown, Is.EqualTo(["first", "second"]));
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("second\n"));
    }

    [Test]
    public async Task A_file_that_cannot_be_read_is_a_refusal_and_asks_nobody()
    {
        Endpoint.ThenToken("a");
        Use(Credentials with { RefreshTokenFile = Path.Combine(_folder.Path, "missing") });

        Assert.That((await ProblemAsync()).IsRefusal, Is.True);
        Assert.That(Endpoint.Requests, Is.Zero);
    }

    [Test]
    public async Task An_empty_file_is_a_refusal_and_asks_nobody()
    {
        Endpoint.ThenToken("a");
        FileOf("\n");

        Assert.That((await ProblemAsync()).IsRefusal, Is.True);
        Assert.That(Endpoint.Requests, Is.Zero);
    }

    private string FileOf(string content)
    {
        var file = _folder.Write("refresh-token", content);
        Use(Credentials with { RefreshTokenFile = file });
        return file;
    }

    /// <summary>Each time after the last token has ended.</summary>
    private async Task AskTimesAsync(int times)
    {
        for (var time = 0; time < times; time++)
        {
            Time.Advance(TimeSpan.FromMinutes(10));
            Assert.That(await TokenAsync(), Has.Length.EqualTo(1));
        }
    }
}
