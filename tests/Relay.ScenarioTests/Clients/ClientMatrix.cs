using System.Text;
using Relay.Core.Configuration;
using Relay.TestKit;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.Clients;

/// <summary>
/// Programs that people send mail with, by each kind of connection, with each way to log in that they know, all at one relay. What they cannot do
/// stands with its reason in docs/tls.md.
/// </summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[Parallelizable(ParallelScope.All)]
internal sealed class ClientMatrix
{
    private static readonly MailProgram[] Programs =
    [
        new SwaksProgram(),
        new SmtplibProgram(),
        new MsmtpProgram(),
        new SnailProgram(),
        new NodemailerProgram(),
        new PostfixProgram(),
        new EximProgram(),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-matrix-");
    private readonly CountingSink _sink = CountingSink.Started(keepMessages: true);
    private readonly int _implicitPort = LocalPort.Free();
    private RelayUnderTest _relay = null!;

    private static IEnumerable<Cell> Cells =>
        from program in Programs
        from protection in Enum.GetValues<Protection>()
        from mechanism in program.Mechanisms.Prepend(null)
        select new Cell(program.Name, protection, mechanism);

    private static IEnumerable<Cell> WrongPasswords =>
        Programs.Select(static program => new Cell(program.Name, Protection.StartTls, "PLAIN", IsPasswordRight: false));

    private MatrixServer Server => new(_relay.Port, _implicitPort, PathOf("authority.pem"));

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        using var authority = TestCertificate.Create(["authority.test"], isAuthority: true, validFor: TimeSpan.FromHours(22));
        using var certificate = TestCertificate.Create([MatrixServer.HostName], issuer: authority);
        await File.WriteAllTextAsync(PathOf("authority.pem"), authority.ExportCertificatePem());
        await File.WriteAllTextAsync(PathOf("relay.pem"), TestCertificate.Pem(certificate));
        _relay = await RelayUnderTest.StartAsync(Configuration(), nameof(ClientMatrix));
        foreach (var program in Programs)
        {
            await program.StartAsync([.. Cells.Concat(WrongPasswords).Where(cell => cell.Program == program.Name)], Server);
        }
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        foreach (var program in Programs.OfType<IAsyncDisposable>())
        {
            await program.DisposeAsync();
        }

        await _relay.DisposeAsync();
        await _sink.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [TestCaseSource(nameof(Cells))]
    public async Task A_message_arrives_as_it_was_sent(Cell cell)
    {
        var program = ProgramOf(cell);

        var run = await program.SendAsync(cell, Server);

        Assert.That(run.ExitCode, Is.Zero, run.Output);
        var arrived = ArrivedOf(cell);
        Assert.That(arrived, Has.Count.EqualTo(1), run.Output);
        Assert.That(arrived[0].Recipients, Is.EqualTo(new[] { cell.Recipient }));
        Assert.That(arrived[0].Content, Does.EndWith(program.KeepsHeader ? cell.Message : "\r\n\r\n" + Cell.Body));
        Assert.That(arrived[0].Content, Does.Match($@"\AReceived: from [^\n]*\r\n(\t[^\n]*\n)*?\s.* with {program.ProtocolOf(cell)} id "));
        Assert.That(arrived[0].Content.Contains("\ttls TLS_", StringComparison.Ordinal), Is.EqualTo(cell.Protection != Protection.Plain));
        if (cell.Mechanism is { } mechanism)
        {
            await _relay.LoggedAsync($" logged in as {cell.User} by {mechanism}");
        }
    }

    [TestCaseSource(nameof(WrongPasswords))]
    public async Task A_wrong_password_sends_nothing_and_the_program_says_so(Cell cell)
    {
        var run = await ProgramOf(cell).SendAsync(cell, Server);

        Assert.That(run.ExitCode, Is.Not.Zero, run.Output);
        Assert.That(ArrivedOf(cell), Is.Empty);
        await _relay.LoggedAsync($" failed to log in as {cell.User} by {cell.Mechanism}");
    }

    [Test]
    public async Task The_documentation_tells_what_each_program_does_and_why_not_more()
    {
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs/tls.md"));

        foreach (var program in Programs)
        {
            Assert.That(page, Does.Contain($"\n| {program.Name} | {string.Join(", ", program.Mechanisms)} | {program.WhyNotOthers} |\n"));
        }
    }

    private static MailProgram ProgramOf(Cell cell) => Programs.Single(program => program.Name == cell.Program);

    private List<SinkMessage> ArrivedOf(Cell cell) => _sink.Messages.Where(message => message.Sender == cell.Sender).ToList();

    /// <summary>A login is never needed: only Received and the log tell that one took place. Failures of one program must not slow others down.</summary>
    private RelayConfiguration Configuration()
    {
        var hash = PasswordHash
            .Of(Encoding.UTF8.GetBytes(Cell.RightPassword), [1, 2, 3, 4, 5, 6, 7, 8], PasswordHash.LeastIterations)
            .Format();
        var users = Cells
            .Concat(WrongPasswords)
            .ToDictionary(static cell => cell.User, _ => new { PasswordHash = hash }, StringComparer.Ordinal);
        return new RelayConfiguration()
            .Set("Listeners:smtp:Tls", "StartTls")
            .Set("Listeners:smtp:AllowClearTextAuth", true)
            .Set("Listeners:smtps:Address", $"127.0.0.1:{_implicitPort}")
            .Set("Listeners:smtps:Tls", "Implicit")
            .Set("Tls:Certificates", new[] { new { Path = PathOf("relay.pem") } })
            .Set("Access:Users", users)
            .Set("Access:FailedLogins:Delay", "00:00:00")
            .Set("Log:Level", "Debug")
            .Upstream("a", _sink.Address);
    }

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);
}
