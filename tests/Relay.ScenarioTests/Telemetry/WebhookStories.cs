using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Relay.ScenarioTests.Spool;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Telemetry;

namespace Relay.ScenarioTests.Telemetry;

/// <summary>What operators are told by HTTP, and that nothing that happens to the telling ever harms the mail.</summary>
internal sealed class WebhookStories : SpoolScenario
{
    private const string Key = "key-of-the-webhook";

    [Test]
    public async Task An_upstream_that_dies_and_comes_back_is_told_with_a_signature()
    {
        var receiver = Use(await WebhookReceiver.StartAsync());
        var upstream = Use(await ScriptedUpstream.StartAsync());
        var relay = await StartRelayAsync(Telling(receiver).Upstream("a", upstream.Address));
        relay.ExpectLogged("is ejected");
        await SendAsync(relay, "250");

        await upstream.StopAsync();
        for (var number = 0; number < 6; number++)
        {
            await SendAsync(relay, "250");
        }

        var ejected = await receiver.TakenAsync("ejected");
        await receiver.TakenAsync("groupDown");
        await upstream.StartAgainAsync();
        await receiver.TakenAsync("recovered");
        await receiver.TakenAsync("groupUp");
        await UntilEmptyAsync(relay);

        Assert.That((string?)ejected.Json["group"], Is.EqualTo("default"));
        Assert.That((string?)ejected.Json["upstream"], Is.EqualTo("a"));
        Assert.That((string?)ejected.Json["relay"], Is.EqualTo("relay.test"));
        Assert.That((string?)ejected.Json["text"], Does.StartWith("relay.test: Upstream default/a is out of use: "));
        Assert.That((string?)ejected.Json["id"], Is.EqualTo(ejected.Id));
        Assert.That(ejected.Signature, Is.EqualTo(Expected(ejected)));
        Assert.That(upstream.Accepted, Has.Count.EqualTo(7));
    }

    [Test]
    public async Task A_storm_of_bounces_is_told_as_few_events_with_counts()
    {
        const int Messages = 60;
        var receiver = Use(await WebhookReceiver.StartAsync());
        var upstream = Use(await ScriptedUpstream.StartAsync());
        for (var number = 0; number < Messages; number++)
        {
            upstream.On(Stage.Rcpt).For(To(number)).Reply("550 5.1.1 unknown");
        }

        var relay = await StartRelayAsync(Telling(receiver, "bounce").Set("Delivery:Accept", "Queue").Upstream("a", upstream.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        for (var number = 0; number < Messages; number++)
        {
            Assert.That(await client.SendMailAsync("sender@example.com", To(number)), Does.StartWith("250"));
        }

        await Until.TrueAsync(() => receiver.Taken.Sum(Count) == Messages, "all bounces are told", TimeSpan.FromSeconds(40));
        Assert.That(receiver.Taken, Has.Count.LessThan(12));
        Assert.That(receiver.Taken.Select(static posted => posted.Kind), Has.All.EqualTo("bounce"));
        Assert.That(receiver.Taken.Select(static posted => Encoding.UTF8.GetString(posted.Body)), Has.None.Contains("@"));

        static string To(int number) => string.Create(CultureInfo.InvariantCulture, $"to{number}@example.com");
    }

    [Test]
    public async Task A_receiver_that_fails_is_told_again_and_a_redirect_is_not_followed()
    {
        var receiver = Use(await WebhookReceiver.StartAsync());
        receiver.AnswerNext(500, 302);
        var relay = await StartRelayAsync(await WithRefusedCredentialsAsync(Telling(receiver, "credentialsRefused"), "a"));
        relay.ExpectLogged("is out of use for 5 minutes");

        await SendAsync(relay, "250");
        var told = await receiver.TakenAsync("credentialsRefused");

        Assert.That(receiver.Posted.Select(static posted => posted.Answer), Is.EqualTo([500, 302, 200]));
        Assert.That(receiver.Posted.Select(static posted => posted.Id).Distinct(StringComparer.Ordinal), Has.One.Items);
        Assert.That(Encoding.UTF8.GetString(told.Body), Does.Not.Contain("wrong-password"));
        Assert.That(await relay.WholeLogAsync(), Does.Contain("redirects are not followed").And.Not.Contain("/hook"));
    }

    [Test]
    public async Task A_certificate_that_nobody_trusts_is_told_nothing()
    {
        var receiver = Use(await WebhookReceiver.StartAsync(Keep(TestCertificate.SelfSigned())));
        var relay = await StartRelayAsync(await WithRefusedCredentialsAsync(Telling(receiver), "a"));
        relay.ExpectLogged("is out of use for 5 minutes");

        await SendAsync(relay, "250");
        await relay.LoggedAsync("Webhook ops did not take CredentialsRefused");

        Assert.That(receiver.Posted, Is.Empty);
    }

    [Test]
    public async Task A_receiver_that_never_answers_holds_up_no_mail_and_no_end()
    {
        const int Messages = 200;
        var receiver = Use(await WebhookReceiver.StartAsync());
        receiver.Hold();
        var upstream = Use(await ScriptedUpstream.StartAsync());
        upstream.On(Stage.Rcpt).For("to@example.com").Reply("550 5.1.1 unknown").Times(20);
        var relay = await StartRelayAsync(Telling(receiver).Set("Delivery:Accept", "Queue").Upstream("a", upstream.Address));

        for (var number = 0; number < Messages; number++)
        {
            await SendAsync(relay, "250");
        }

        await Until.TrueAsync(() => receiver.Posted.Count > 0, "the receiver is asked");
        await UntilEmptyAsync(relay);
        Assert.That(await relay.TerminateAsync(TimeSpan.FromSeconds(20)), Is.Zero);
        Assert.That(
            upstream.Accepted.Count(static mail => mail.From.Contains("from@example.com", StringComparison.Ordinal)),
            Is.EqualTo(Messages - 20)
        );
    }

    [Test]
    public async Task A_queue_that_grows_is_told_and_so_is_its_end()
    {
        var receiver = Use(await WebhookReceiver.StartAsync());
        var upstream = Use(await ScriptedUpstream.StartAsync());
        upstream.On(Stage.Mail).Reply("450 4.2.0 later").Times(60);
        var relay = await StartRelayAsync(
            Telling(receiver, "queueGrowing", "queueNormal").Set("Events:QueueMessages", 5).Upstream("a", upstream.Address)
        );
        for (var number = 0; number < 20; number++)
        {
            await SendAsync(relay, "250");
        }

        var grows = await receiver.TakenAsync("queueGrowing");
        await receiver.TakenAsync("queueNormal");
        Assert.That((string?)grows.Json["text"], Does.Match(@"The queue grows: \d+ messages wait"));
    }

    [Test]
    public async Task A_reload_changes_who_is_told()
    {
        var (first, second) = (Use(await WebhookReceiver.StartAsync()), Use(await WebhookReceiver.StartAsync()));
        var upstream = Use(await ScriptedUpstream.StartAsync());
        var relay = await StartRelayAsync(Telling(first).Upstream("a", upstream.Address));

        relay.Configuration.Set("Webhooks:ops:Url", second.Url);
        await WithRefusedCredentialsAsync(relay.Configuration, "b");
        relay.ExpectLogged("is out of use for 5 minutes");
        await relay.WriteConfigurationAsync();
        await relay.LoggedAsync("revision 2");
        await Until.TrueAsync(
            async () =>
            {
                await SendAsync(relay, "250");
                return (await relay.GetUpstreamsAsync())["b"].State == "ejected";
            },
            "b is asked"
        );

        await second.TakenAsync("credentialsRefused");
        Assert.That(first.Posted, Is.Empty);
    }

    private async Task<RelayConfiguration> WithRefusedCredentialsAsync(RelayConfiguration configuration, string name)
    {
        var certificate = Keep(TestCertificate.SelfSigned());
        var options = new ScriptedUpstreamOptions
        {
            Certificate = certificate,
            UserName = "user",
            Password = "right",
        };
        var upstream = Use(await ScriptedUpstream.StartAsync(options));
        var settings = new
        {
            Certificate = TestCertificate.Pin(certificate),
            UserName = "user",
            Password = "wrong-password",
        };
        return configuration.Upstream(name, upstream.Address, settings);
    }

    private static RelayConfiguration Telling(WebhookReceiver receiver, params string[] events) =>
        Spooling("Hybrid")
            .Set("Webhooks:ops:Url", receiver.Url)
            .Set("Webhooks:ops:Secret", Key)
            .Set("Webhooks:ops:Events", events)
            .Set("Events:Gather", "00:00:02");

    private static long Count(PostedEvent posted) => (long)posted.Json["count"]!;

    private static string Expected(PostedEvent posted)
    {
        var time = posted.Signature.Split(',')[0][2..];
        var signed = Encoding.UTF8.GetBytes(time + ".").Concat(posted.Body).ToArray();
        return $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), signed))}";
    }

    private static async Task SendAsync(RelayUnderTest relay, string expected)
    {
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        Assert.That(await client.SendMailAsync("from@example.com", "to@example.com"), Does.StartWith(expected));
    }
}
