using Relay.Core.Configuration;
using Relay.Core.Configuration.Validation;
using Relay.Core.Dispatch.LoadBalancing;

namespace Relay.Tests.Configuration.Validation;

/// <summary>Listeners, routes and limits that have to do with logins.</summary>
public sealed class LoginValidationTests
{
    private static readonly RelayOptions Valid = new()
    {
        HostName = "relay.example.com",
        Listeners = Listeners(
            new ListenerOptions
            {
                Address = "*:587",
                RequireAuth = true,
                AllowClearTextAuth = true,
            }
        ),
        Access = new AccessOptions
        {
            Users = new Dictionary<string, UserOptions>(StringComparer.OrdinalIgnoreCase)
            {
                ["app"] = new() { PasswordHashFile = "secrets/app" },
            },
        },
        Routes = [new RouteOptions { User = "APP", Group = "default" }],
        Groups = new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase)
        {
            ["default"] = new()
            {
                Upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.OrdinalIgnoreCase)
                {
                    ["a"] = new() { Address = "a.example.com" },
                },
            },
        },
    };

    [Test]
    public void Sound_options_have_no_errors() => Assert.That(Errors(Valid), Is.Empty);

    [Test]
    public void A_login_can_only_be_required_where_somebody_can_log_in() =>
        Assert.That(
            Errors(Valid with { Access = new AccessOptions(), Routes = [] }),
            Is.EqualTo(["Relay:Listeners:smtp:RequireAuth: needs somebody who can log in: Access:Users is empty"])
        );

    [Test]
    public void A_login_can_only_be_required_where_AUTH_is_offered() =>
        Assert.That(
            Errors(Valid with { Listeners = Listeners(new ListenerOptions { Address = "*:587", RequireAuth = true }) }),
            Has.Length.EqualTo(1).And.One.StartsWith("Relay:Listeners:smtp:RequireAuth: AUTH is never offered here")
        );

    [Test]
    public void A_route_names_a_user_that_exists() =>
        Assert.That(
            Errors(Valid with { Routes = [new RouteOptions { User = "ap", Group = "default" }] }),
            Has.Length.EqualTo(1).And.One.StartsWith("Relay:Routes:0:User: there is no user \"ap\"; did you mean app?")
        );

    [Test]
    public void Limits_of_failed_logins_have_bounds()
    {
        var failed = new FailedLoginOptions
        {
            Delay = TimeSpan.FromMinutes(1),
            PerAddress = 0,
            PerUser = 0,
            Lockout = TimeSpan.Zero,
        };

        Assert.That(Errors(Valid with { Access = Valid.Access with { FailedLogins = failed } }), Has.Length.EqualTo(4));
    }

    private static Dictionary<string, ListenerOptions> Listeners(ListenerOptions listener) =>
        new(StringComparer.OrdinalIgnoreCase) { ["smtp"] = listener };

    private static string[] Errors(RelayOptions options) =>
        [.. new RelayOptionsValidator(StrategyRegistry.Names).Validate(options).Select(error => error.ToString())];
}
