using Relay.Core.Configuration.Loading;

namespace Relay.Tests.Configuration.Loading;

public sealed class ConfigurationSourcesTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void The_file_of_the_current_folder_goes_before_the_one_beside_the_program()
    {
        var here = _folder.Write("here/appsettings.json", "{}");
        var beside = _folder.Write("program/appsettings.json", "{}");

        Assert.That(Find("here"), Is.EqualTo(here));
        Assert.That(Find("elsewhere"), Is.EqualTo(beside));
    }

    [Test]
    public void A_link_beside_the_program_stands_for_the_file_it_leads_to()
    {
        var packaged = _folder.Write("etc/relay/appsettings.json", "{}");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "program"));
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "program", "appsettings.json"), packaged);

        Assert.That(Find("elsewhere"), Is.EqualTo(packaged));
    }

    [Test]
    public void A_link_that_leads_nowhere_is_no_file()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "program"));
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "program", "appsettings.json"), Path.Combine(_folder.Path, "gone.json"));

        Assert.That(Find("elsewhere"), Is.Null);
    }

    private string? Find(string current) =>
        new ConfigurationSources
        {
            CurrentFolder = Path.Combine(_folder.Path, current),
            ProgramFolder = Path.Combine(_folder.Path, "program"),
        }.FindFile();
}
