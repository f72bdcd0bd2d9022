using System.Reflection;
using Relay.Core.Configuration;
using Relay.Core.Configuration.Reloading;

namespace Relay.Tests.Configuration;

public sealed class SecretTests
{
    private const string Marker = "hunter2-known-secret";

    // An option that is called so is a secret, or the file or path of one.
    private static readonly string[] Words = ["Password", "Token", "Secret", "PasswordHash", "RefreshToken"];

    [Test]
    public void What_is_named_like_a_secret_is_marked_as_one_and_can_come_from_a_file()
    {
        var offences =
            from property in Options().SelectMany(type => type.GetProperties())
            where property.PropertyType == typeof(string) && Words.Any(word => property.Name.EndsWith(word, StringComparison.Ordinal))
            where
                !property.IsDefined(typeof(SecretAttribute), inherit: false)
                || property.DeclaringType!.GetProperty(property.Name + "File") is null
            select $"{property.DeclaringType!.Name}.{property.Name}";

        Assert.That(offences, Is.Empty);
    }

    [TestCaseSource(nameof(TypesWithSecrets))]
    public void An_option_record_does_not_print_its_secret(Type type)
    {
        var options = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties().Where(IsSecret))
        {
            property.SetValue(options, Marker);
        }

        Assert.That(options.ToString(), Does.Not.Contain(Marker));
    }

    [Test]
    public void An_upstream_does_not_print_the_secrets_of_its_section_either()
    {
        var oauth2 = new OAuth2Options
        {
            TenantId = "tenant",
            ClientId = "client",
            ClientSecret = Marker,
            RefreshToken = Marker,
        };
        var before = new RelayOptions { Groups = GroupOf(new UpstreamOptions { Address = "a", OAuth2 = oauth2 }) };
        var after = new RelayOptions { Groups = GroupOf(new UpstreamOptions { Address = "a" }) };
        var changed = new RelayOptions
        {
            Groups = GroupOf(new UpstreamOptions { Address = "a", OAuth2 = oauth2 with { ClientSecret = "other-" + Marker } }),
        };

        string[] shown =
        [
            before.Groups["default"].Upstreams["a"].ToString(),
            oauth2.ToString(),
            .. ConfigurationDifference.Between(before, after).Select(static change => change.ToString()),
            .. ConfigurationDifference.Between(before, changed).Select(static change => change.ToString()),
        ];

        Assert.That(shown, Has.Length.EqualTo(4));
        Assert.That(shown, Has.None.Contains(Marker));
        Assert.That(shown[3], Is.EqualTo("~ Relay:Groups:default:Upstreams:a:OAuth2:ClientSecret"));
    }

    private static Dictionary<string, GroupOptions> GroupOf(UpstreamOptions upstream) =>
        new(StringComparer.OrdinalIgnoreCase)
        {
            ["default"] = new GroupOptions
            {
                Upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.OrdinalIgnoreCase) { ["a"] = upstream },
            },
        };

    private static IEnumerable<Type> TypesWithSecrets() => Options().Where(type => type.GetProperties().Any(IsSecret));

    private static IEnumerable<Type> Options() =>
        typeof(RelayOptions).Assembly.GetTypes().Where(type => type is { IsClass: true, Namespace: "Relay.Core.Configuration" });

    private static bool IsSecret(PropertyInfo property) => property.IsDefined(typeof(SecretAttribute), inherit: false);
}
