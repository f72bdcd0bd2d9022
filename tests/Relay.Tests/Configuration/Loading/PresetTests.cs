using Relay.Core.Configuration;
using Relay.Core.Configuration.Loading;
using Relay.Core.Configuration.Presets;
using Relay.Core.Dispatch.LoadBalancing;

namespace Relay.Tests.Configuration.Loading;

public sealed class PresetTests
{
    private const string Key = "Relay:Groups:default:Upstreams:a";

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void Every_preset_is_a_whole_upstream_but_for_its_login([Values] UpstreamPreset preset)
    {
        if (preset == UpstreamPreset.None)
        {
            Assert.That(ProviderPresets.Find(preset), Is.Null);
            return;
        }

        var upstream = LoadUpstream($$"""{ "Preset": "{{preset}}", "UserName": "u", "Password": "p" }""");

        Assert.That(upstream.Address, Does.EndWith(":587"));
        Assert.That(upstream.Tls, Is.EqualTo(UpstreamTls.StartTls));
        Assert.That(upstream.ActiveChecks, Is.False);
        Assert.That(upstream.AuthMechanism, Is.Null, "a password goes by whatever is offered");
    }

    [Test]
    public void Whatever_is_set_beside_it_wins_though_it_be_the_default_of_the_key()
    {
        var upstream = LoadUpstream(
            """{ "preset": "office365", "Address": "127.0.0.1:25", "Connections": 10, "ActiveChecks": true, "Tls": "Auto" }"""
        );

        Assert.That(
            (upstream.Address, upstream.Connections, upstream.ActiveChecks, upstream.Tls),
            Is.EqualTo(("127.0.0.1:25", 10, true, UpstreamTls.Auto))
        );
        Assert.That(upstream.ThrottlePatterns, Is.Not.Empty, "what is not set stays");
    }

    [Test]
    public void A_list_replaces_that_of_the_preset_whole_an_empty_one_too()
    {
        var own = LoadUpstream("""{ "Preset": "Office365", "ThrottlePatterns": [{ "Match": "^450" }] }""");
        var none = LoadUpstream("""{ "Preset": "Office365", "ThrottlePatterns": [] }""");

        Assert.That(own.ThrottlePatterns.Select(pattern => pattern.Match), Is.EqualTo(["^450"]));
        Assert.That(none.ThrottlePatterns, Is.Empty);
    }

    [Test]
    public void Environment_and_command_line_stand_above_it_and_may_name_it()
    {
        _folder.Write("appsettings.json", File("""{ "Address": "smtp.example.com" }"""));
        var result = Load(
            environment: new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Relay__Groups__default__Upstreams__a__Preset"] = "Gmail",
                ["Relay__Groups__default__Upstreams__a__Connections"] = "2",
            }
        );
        var upstream = result.Options!.Groups["default"].Upstreams["a"];

        Assert.That((upstream.Address, upstream.Connections, upstream.RecipientsPerMessage), Is.EqualTo(("smtp.example.com", 2, 100)));
        Assert.That(result.Origins[$"{Key}:Address"], Is.EqualTo("file"));
        Assert.That(result.Origins[$"{Key}:Connections"], Is.EqualTo("environment"));
        Assert.That(result.Origins[$"{Key}:RecipientsPerMessage"], Is.EqualTo("preset Gmail"));
    }

    [TestCase(UpstreamPreset.Office365)]
    [TestCase(UpstreamPreset.Gmail)]
    public void Access_tokens_go_by_the_mechanism_of_the_provider(UpstreamPreset preset)
    {
        var upstream = LoadUpstream(
            $$"""{ "Preset": "{{preset}}", "UserName": "u@example.com", "OAuth2": { "TenantId": "t", "ClientId": "c", "ClientSecret": "s" } }"""
        );

        Assert.That(upstream.AuthMechanism, Is.EqualTo("XOAUTH2"));
    }

    [Test]
    public void A_name_that_is_no_preset_is_an_error_that_lists_them()
    {
        _folder.Write("appsettings.json", File("""{ "Preset": "Ofice365", "Address": "smtp.example.com" }"""));

        var errors = Load().Errors.Select(error => error.ToString()).ToList();

        Assert.That(errors, Has.Count.EqualTo(1));
        Assert.That(errors[0], Does.StartWith($"{Key}:Preset: ").And.Contain("Office365"));
    }

    private static string File(string upstream) =>
        $$"""
            { "Relay": { "HostName": "relay.example.com", "Listeners": { "smtp": { "Address": "127.0.0.1:2525" } },
              "Groups": { "default": { "Upstreams": { "a": {{upstream}} } } } } }
            """;

    private UpstreamOptions LoadUpstream(string upstream)
    {
        _folder.Write("appsettings.json", File(upstream));
        var result = Load();
        Assert.That(result.Errors, Is.Empty);
        return result.Options!.Groups["default"].Upstreams["a"];
    }

    private ConfigurationResult Load(Dictionary<string, string>? environment = null) =>
        new ConfigurationLoader(StrategyRegistry.Names).Load(
            new ConfigurationSources
            {
                CurrentFolder = _folder.Path,
                ProgramFolder = _folder.Path,
                Environment = environment ?? [],
            }
        );
}
