using System.Text;
using Relay.Core.Configuration;
using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>Several accounts on one server: which one a message goes out by is a matter of its sender, or of who has logged in.</summary>
internal sealed class AccountsBySender : Scenario
{
    private const string Password = "secret";

    [Test]
    public async Task Routes_by_sender_and_by_user_lead_to_accounts_of_their_own_on_the_same_server()
    {
        var (upstream, pin) = await StartServerAsync();
        var relay = await StartRelayAsync(
            Configuration()
                .Set("Groups:default:Upstreams:shared", Account(upstream, pin, "shared"))
                .Set("Groups:sales:Upstreams:sales", Account(upstream, pin, "sales"))
                .Set("Groups:shop:Upstreams:shop", Account(upstream, pin, "shop"))
                .Set(
                    "Routes",
                    new object[]
                    {
                        new { User = "app", Group = "shop" },
                        new { From = "sales@example.com", Group = "sales" },
                        new { Group = "default" },
                    }
                )
        );
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        foreach (var sender in (string[])["sales@example.com", "else@example.com", "sales@example.com"])
        {
            Assert.That(await client.SendMailAsync(sender, "r@example.net"), Does.StartWith("250 "));
        }

        var plain = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0app\0{Password}"));
        Assert.That(await client.CommandAsync($"AUTH PLAIN {plain}"), Does.StartWith("235 "));
        Assert.That(await client.SendMailAsync("sales@example.com", "r@example.net"), Does.StartWith("250 "));

        Assert.That(upstream.Accepted.Select(mail => mail.User), Is.EqualTo(["sales", "shared", "sales", "shop"]));
    }

    [Test]
    public async Task Within_a_group_an_upstream_gets_the_mail_of_its_senders_only_and_a_sender_of_none_is_refused()
    {
        var (upstream, pin) = await StartServerAsync();
        var relay = await StartRelayAsync(
            Configuration()
                .Set("Groups:default:Upstreams:sales", Account(upstream, pin, "sales", "*@sales.example.com"))
                .Set("Groups:default:Upstreams:rest", Account(upstream, pin, "rest", "*@example.com", "<>"))
        );
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        var replies = new List<string>();
        foreach (var sender in (string[])["a@sales.example.com", "b@example.com", "", "c@example.org", "d@Sales.Example.COM"])
        {
            replies.Add(await client.SendMailAsync(sender, "r@example.net"));
        }

        Assert.That(replies.Select(reply => reply[..9]), Is.EqualTo(["250 2.0.0", "250 2.0.0", "250 2.0.0", "550 5.7.1", "250 2.0.0"]));
        Assert.That(upstream.Accepted.Select(mail => mail.User), Is.EqualTo(["sales", "rest", "rest", "sales"]));
    }

    private static RelayConfiguration Configuration() =>
        new RelayConfiguration()
            .Set("Listeners:smtp:AllowClearTextAuth", true)
            .Set(
                "Access:Users",
                new { app = new { PasswordHash = PasswordHash.Of(Encoding.UTF8.GetBytes(Password), [1, 2], 4096).Format() } }
            );

    private static object Account(ScriptedUpstream upstream, string pin, string user, params string[] senders) =>
        new
        {
            upstream.Address,
            Certificate = pin,
            UserName = user,
            Password,
            SenderPatterns = senders,
        };

    private async Task<(ScriptedUpstream Upstream, string Pin)> StartServerAsync()
    {
        var certificate = Keep(TestCertificate.SelfSigned());
        var options = new ScriptedUpstreamOptions
        {
            Certificate = certificate,
            UserName = "any",
            TakesLogin = static (_, password) => password.Equals(Password, StringComparison.Ordinal),
        };
        return (Use(await ScriptedUpstream.StartAsync(options)), TestCertificate.Pin(certificate));
    }
}
