using Relay.Core.Configuration.Loading;
using Relay.Core.Dispatch.LoadBalancing;

namespace Relay.Tests.Configuration.Loading;

public sealed class ConfigurationLoaderTests
{
    private const string Valid = """
        {
          // the shortest configuration there is
          "Relay": {
            "HostName": "relay.example.com",
            "Listeners": { "smtp": { "Address": "127.0.0.1:2525" } },
            "Groups": { "default": { "Upstreams": { "a": { "Address": "smtp.example.com" } } } },
          }
        }
        """;

    private readonly ConfigurationLoader _loader = new(StrategyRegistry.Names);
    private TemporaryFolder _current = null!;
    private TemporaryFolder _program = null!;

    [SetUp]
    public void CreateFolders()
    {
        _current = new TemporaryFolder();
        _program = new TemporaryFolder();
    }

    [TearDown]
    public void DeleteFolders()
    {
        _current.Dispose();
        _program.Dispose();
    }

    [Test]
    public void Appsettings_in_the_current_folder_comes_before_the_one_beside_the_program()
    {
        _program.Write("appsettings.json", Valid.Replace("relay.example.com", "beside.example.com", StringComparison.Ordinal));
        Assert.That(Load().Options?.HostName, Is.EqualTo("beside.example.com"));

        _current.Write("appsettings.json", Valid);
        Assert.That(Load().Options?.HostName, Is.EqualTo("relay.example.com"));
    }

    [Test]
    public void A_named_file_stands_in_place_of_appsettings()
    {
        _current.Write("appsettings.json", Valid.Replace("smtp\":", "shipped\":", StringComparison.Ordinal));
        _current.Write("own.json", Valid);

        var result = Load(Sources() with { File = "own.json" });

        Assert.That(result.Options?.Listeners.Keys, Is.EqualTo(["smtp"]));
    }

    [Test]
    public void A_named_file_that_does_not_exist_is_an_error()
    {
        _current.Write("appsettings.json", Valid);

        var result = Load(Sources() with { File = "gone.json" });

        Assert.That(result.Options, Is.Null);
        Assert.That(result.Errors.Single().Text, Is.EqualTo("the file does not exist"));
    }

    [Test]
    public void Environment_goes_over_the_file_and_the_command_line_over_both()
    {
        _current.Write("appsettings.json", Valid);
        var sources = Sources() with
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Relay__HostName"] = "environment.example.com",
                ["RELAY__GROUPS__default__Upstreams__a__Address"] = "other.example.com:2526",
                ["Path"] = "/usr/bin",
                ["RELAY_PORT"] = "tcp://10.0.0.1:25",
            },
            CommandLine = [KeyValuePair.Create("Relay:HostName", "command.example.com")],
        };

        var options = Load(sources).Options!;

        Assert.That(options.HostName, Is.EqualTo("command.example.com"));
        Assert.That(options.Groups["default"].Upstreams["a"].Address, Is.EqualTo("other.example.com:2526"));
    }

    [Test]
    public void A_list_of_a_later_source_replaces_the_whole_list()
    {
        _current.Write(
            "appsettings.json",
            Valid.Replace(
                "\"Groups\"",
                "\"Access\": { \"Networks\": [\"10.0.0.0/8\", \"192.168.0.0/16\"] }, \"Groups\"",
                StringComparison.Ordinal
            )
        );
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["Relay__Access__Networks__0"] = "172.16.0.0/12" };

        Assert.That(Load().Options?.Access.Networks, Is.EqualTo(["10.0.0.0/8", "192.168.0.0/16"]), "the file over the default");
        Assert.That(Load(Sources() with { Environment = environment }).Options?.Access.Networks, Is.EqualTo(["172.16.0.0/12"]));
    }

    [Test]
    public void An_empty_list_is_empty_and_does_not_bring_the_default_back()
    {
        _current.Write(
            "appsettings.json",
            Valid.Replace("\"Groups\"", "\"Access\": { \"Networks\": [] }, \"Groups\"", StringComparison.Ordinal)
        );

        Assert.That(Load().Options?.Access.Networks, Is.Empty);
    }

    [Test]
    public void Names_and_keys_are_found_in_either_case()
    {
        _current.Write("appsettings.json", Valid.Replace("\"Upstreams\"", "\"upstreams\"", StringComparison.Ordinal));

        Assert.That(Load().Options?.Groups["DEFAULT"].Upstreams.ContainsKey("A"), Is.True);
    }

    [Test]
    public void All_errors_come_at_once_each_with_its_key()
    {
        _current.Write(
            "appsettings.json",
            """
            {
              "Relay": {
                "HostName": "two words",
                "Listeners": { "smtp": { "Adress": "127.0.0.1:2525" } },
                "Delivery": { "InlineBudget": 15 },
                "Groups": {
                  "default": {
                    "Strategy": "RoundRobbin",
                    "Upstreams": { "a": { "Address": "smtp.example.com", "Weight": 0, "Tls": "Starttls2", "Backup": "yes" } }
                  }
                }
              },
              "Logging": { "LogLevel": "Debug" }
            }
            """
        );

        var errors = Load().Errors.Select(error => error.ToString());

        Assert.That(
            errors,
            Is.EquivalentTo([
                "Logging: unknown key; everything stands under Relay",
                "Relay:HostName: \"two words\" is not a host name",
                "Relay:Listeners:smtp:Adress: unknown key; did you mean Address?",
                "Relay:Listeners:smtp:Address: is missing",
                "Relay:Delivery:InlineBudget: \"15\" is not a time: write hours:minutes:seconds, as in 00:00:15",
                "Relay:Groups:default:Strategy: \"RoundRobbin\" is not one of Adaptive, Failover, IpHash, LeastConnections, Random, RecipientHash, RoundRobin, SenderHash; did you mean RoundRobin?",
                "Relay:Groups:default:Upstreams:a:Weight: 0 is not between 1 and 1000",
                "Relay:Groups:default:Upstreams:a:Tls: \"Starttls2\" is not one of Auto, None, StartTls, Implicit; did you mean StartTls?",
                "Relay:Groups:default:Upstreams:a:Backup: \"yes\" is not true or false",
            ])
        );
    }

    [Test]
    public void A_syntax_error_names_file_line_and_position()
    {
        var path = _current.Write("appsettings.json", "{\n  \"Relay\": {\n    \"HostName\" \"x\"\n  }\n}");

        var error = Load().Errors.Single();

        Assert.That(error.Key, Is.EqualTo(path));
        Assert.That(error.Text, Does.StartWith("line 3, position 16: "));
    }

    [Test]
    public void A_key_given_twice_is_an_error()
    {
        _current.Write("appsettings.json", """{ "Relay": { "HostName": "a", "hostname": "b" } }""");

        Assert.That(Load().Errors.Single().Text, Does.Contain("Relay:hostname"));
    }

    [Test]
    public void An_upstream_without_any_key_is_not_lost()
    {
        _current.Write("appsettings.json", Valid.Replace("\"a\":", "\"b\": {}, \"a\":", StringComparison.Ordinal));

        Assert.That(Load().Errors.Select(error => error.ToString()), Is.EqualTo(["Relay:Groups:default:Upstreams:b:Address: is missing"]));
    }

    [Test]
    public void A_section_in_place_of_a_value_and_the_reverse_are_errors()
    {
        _current.Write(
            "appsettings.json",
            Valid.Replace(
                "\"relay.example.com\"",
                "{ \"Name\": 1 }, \"Log\": \"Json\", \"Access\": { \"Networks\": \"10.0.0.0/8\" }",
                StringComparison.Ordinal
            )
        );

        Assert.That(
            Load().Errors.Select(error => error.ToString()),
            Is.EquivalentTo([
                "Relay:HostName: a section or list stands where a single value belongs",
                "Relay:Log: a single value stands where a section belongs: { … }",
                "Relay:Access:Networks: a single value stands where a list belongs: [ … ]",
            ])
        );
    }

    [Test]
    public void Files_are_looked_for_from_the_folder_of_the_configuration_file()
    {
        _current.Write(
            "etc/relay.json",
            Valid.Replace(
                "\"smtp.example.com\"",
                "\"smtp.example.com\", \"UserName\": \"u\", \"PasswordFile\": \"secret\"",
                StringComparison.Ordinal
            )
        );
        var secret = _current.Write("etc/secret", "hunter2\nsecond line\n");

        var upstream = Load(Sources() with { File = "etc/relay.json" }).Options!.Groups["default"].Upstreams["a"];

        Assert.That(upstream.PasswordFile, Is.EqualTo(secret));
        Assert.That(upstream.Password, Is.Null, "it is read for each connection");
    }

    [Test]
    public void A_secret_file_that_is_missing_or_empty_is_an_error()
    {
        _current.Write("empty", "");
        _current.Write(
            "appsettings.json",
            Valid
                .Replace(
                    "\"smtp.example.com\"",
                    "\"smtp.example.com\", \"UserName\": \"u\", \"PasswordFile\": \"empty\"",
                    StringComparison.Ordinal
                )
                .Replace("\"Groups\"", "\"Admin\": { \"TokenFile\": \"gone\" }, \"Groups\"", StringComparison.Ordinal)
        );

        Assert.That(
            Load().Errors.Select(error => error.Key),
            Is.EquivalentTo(["Relay:Admin:TokenFile", "Relay:Groups:default:Upstreams:a:PasswordFile"])
        );
    }

    [Test]
    public void Nothing_at_all_says_what_is_needed()
    {
        Assert.That(
            Load().Errors.Select(error => error.ToString()),
            Is.EqualTo(["Relay:Listeners: at least one listener is needed", "Relay:Groups: at least one group is needed"])
        );
    }

    private ConfigurationSources Sources() => new() { CurrentFolder = _current.Path, ProgramFolder = _program.Path };

    private ConfigurationResult Load(ConfigurationSources? sources = null) => _loader.Load(sources ?? Sources());
}
