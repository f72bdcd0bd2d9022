using System.Net;
using System.Text;
using Relay.Core.Configuration;
using Relay.Core.Reception.Access;
using Relay.TestKit;

namespace Relay.Tests.Reception;

internal sealed class LoginLimitTests : LoginFixture
{
    [Test]
    public async Task The_reply_to_each_further_failure_waits_longer()
    {
        Fail(failed => failed with { Delay = TimeSpan.FromSeconds(2) });
        Limit(static limits => limits with { CommandTimeout = TimeSpan.FromDays(1) }); // however far the clock is moved until the reply is seen
        var client = await ConnectAsync();
        for (var failures = 1; failures <= 3; failures++)
        {
            var reply = client.SayAsync(Plain("app", "wrong"));
            await UntilAsync(() => Log.Lines.Count(line => line.Text.Contains("failed to log in", StringComparison.Ordinal)) == failures);
            Pass(TimeSpan.FromSeconds((2 * failures) - 1));
            Assert.That(reply.IsCompleted, Is.False, "not yet");
            await Until.TrueByStepsAsync(() => reply.IsCompleted, () => Pass(TimeSpan.FromSeconds(1)), "the reply is there");
            Assert.That(await reply, Does.StartWith("535 5.7.8 "));
        }
    }

    [Test]
    public async Task A_client_that_floods_while_its_reply_waits_is_closed()
    {
        Fail(failed => failed with { Delay = TimeSpan.FromSeconds(30) });
        var client = await ConnectAsync();

        await client.SendRawAsync(Plain("app", "wrong") + "\r\n" + new string('A', 20_000));

        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.7.0 "));
    }

    [Test]
    public async Task A_client_that_leaves_while_its_reply_waits_is_gone_at_once()
    {
        Fail(failed => failed with { Delay = TimeSpan.FromSeconds(30) });
        var client = await ConnectAsync();
        await client.SendRawAsync(Plain("app", "wrong") + "\r\n");
        await client.DisposeAsync();

        Assert.That(client.Session.IsCompleted, Is.True);
    }

    [Test]
    public async Task An_address_that_fails_too_often_is_locked_out_and_let_in_again_later()
    {
        Fail(failed => failed with { PerAddress = 3 });
        var client = await ConnectAsync("192.0.2.1");
        for (var failures = 0; failures < 3; failures++)
        {
            Assert.That(await client.SayAsync(Plain("nobody", "wrong")), Does.StartWith("535 5.7.8 "));
        }

        Assert.That(await client.SayAsync(Plain("app")), Does.StartWith("421 4.7.0 "), "the right password too");
        Assert.That(await client.ReadToEndAsync(), Is.Empty);
        var again = await ConnectAsync("192.0.2.1");
        Assert.That(await again.SayAsync(Plain("app")), Does.StartWith("421 4.7.0 "), "on a new connection");
        await (await ConnectAsync("192.0.2.2")).SayAllAsync(Plain("app"));

        Pass(Access.FailedLogins.Lockout);
        await (await ConnectAsync("192.0.2.1")).SayAllAsync(Plain("app"));
        Assert.That(Log.Lines.Count(line => line.Text.Contains("locked out", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task SCRAM_is_counted_as_well()
    {
        Fail(failed => failed with { PerAddress = 2 });
        var client = await ConnectAsync();
        await ScramAsync(client, "app", "wrong");
        await ScramAsync(client, "nobody", "wrong");

        Assert.That(await ScramAsync(client, "app", Password), Does.StartWith("421 4.7.0 "));
    }

    [Test]
    public async Task A_user_that_strangers_guess_at_still_gets_in_from_where_it_was_seen()
    {
        Fail(failed => failed with { PerUser = 3 });
        await (await ConnectAsync("192.0.2.1")).SayAllAsync(Plain("app"));
        for (var stranger = 10; stranger < 13; stranger++)
        {
            var client = await ConnectAsync($"192.0.2.{stranger}");
            Assert.That(await client.SayAsync(Plain("app", "wrong")), Does.StartWith("535 "));
        }

        var guesser = await ConnectAsync("192.0.2.20");
        Assert.That(await guesser.SayAsync(Plain("app")), Does.StartWith("535 5.7.8 "), "the right guess is told from no other");
        Assert.That(await ScramAsync(guesser, "app", Password), Does.StartWith("535 5.7.8 "));
        await (await ConnectAsync("192.0.2.20")).SayAllAsync(Plain("bound"));
        await (await ConnectAsync("192.0.2.1")).SayAllAsync(Plain("app"));
    }

    [Test]
    public void A_success_does_not_clear_the_address()
    {
        var guard = Authenticator.Guard;
        var options = new FailedLoginOptions { PerAddress = 3 };
        var user = new RelayUser("app", new UserOptions());
        var address = IPAddress.Parse("192.0.2.1");
        for (var failures = 0; failures < 3; failures++)
        {
            guard.Fail(null, address, options);
            guard.Succeed(user, address);
        }

        Assert.That(guard.IsLockedOut(address, options), Is.True);
    }

    [TestCase("2001:db8::1", "2001:db8::ffff", true)]
    [TestCase("2001:db8::1", "2001:db8:0:1::1", false)]
    [TestCase("192.0.2.1", "192.0.2.2", false)]
    public void With_IPv6_a_network_of_64_bits_counts_as_one(string failing, string other, bool isLockedOut)
    {
        var options = new FailedLoginOptions { PerAddress = 1 };
        Authenticator.Guard.Fail(null, IPAddress.Parse(failing), options);

        Assert.That(Authenticator.Guard.IsLockedOut(IPAddress.Parse(other), options), Is.EqualTo(isLockedOut));
    }

    [Test]
    public async Task A_password_that_was_right_is_not_computed_again_for_a_while()
    {
        for (var connections = 0; connections < 20; connections++)
        {
            await (await ConnectAsync()).SayAllAsync(Plain("app"));
        }

        Assert.That(Authenticator.Passwords.Computed, Is.EqualTo(1));
        Pass(PasswordChecker.RememberedFor);
        await (await ConnectAsync()).SayAllAsync(Plain("app"));
        Assert.That(Authenticator.Passwords.Computed, Is.EqualTo(2));
    }

    [Test]
    public async Task A_wrong_password_is_computed_each_time_for_users_and_others_alike()
    {
        var client = await ConnectAsync();
        foreach (var user in new[] { "app", "app", "nobody", "nobody" })
        {
            await client.SayAsync(Plain(user, "wrong"));
        }

        Assert.That(Authenticator.Passwords.Computed, Is.EqualTo(4));
    }

    [Test]
    public async Task After_a_change_of_the_password_the_old_one_is_refused_at_once()
    {
        await (await ConnectAsync()).SayAllAsync(Plain("app"));
        Access = Access with
        {
            Users = new Dictionary<string, UserOptions>(StringComparer.OrdinalIgnoreCase)
            {
                ["app"] = new UserOptions { PasswordHash = PasswordHash.Of("pen"u8, [1], PasswordHash.LeastIterations).Format() },
            },
        };
        UseLogins();
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync(Plain("app")), Does.StartWith("535 "));
        await client.SayAllAsync(Plain("app", "pen"));
    }

    [Test]
    public async Task Checks_of_the_same_password_at_once_are_one()
    {
        using var checker = new PasswordChecker(Time);
        var account = new Account(PasswordHash.Of("pencil"u8, [1], 200_000), new RelayUser("app", new UserOptions()));

        var checks = Enumerable.Range(0, 50).Select(_ => checker.CheckAsync("app", account, Encoding.UTF8.GetBytes("pencil")).AsTask());

        Assert.That(await Task.WhenAll(checks), Is.All.EqualTo(PasswordVerdict.Right));
        Assert.That(checker.Computed, Is.LessThanOrEqualTo(2));
    }

    [Test]
    public async Task More_checks_than_can_wait_are_put_off()
    {
        using var checker = new PasswordChecker(Time);
        var account = new Account(PasswordHash.Of("pencil"u8, [1], 20_000), new RelayUser("app", new UserOptions()));

        var checks = Enumerable.Range(0, 400).Select(number => checker.CheckAsync($"user{number}", account, [1]).AsTask()).ToList();

        var verdicts = await Task.WhenAll(checks);
        Assert.That(verdicts, Has.Some.EqualTo(PasswordVerdict.Busy).And.Some.EqualTo(PasswordVerdict.Wrong));
        Assert.That(verdicts, Has.None.EqualTo(PasswordVerdict.Right));
    }

    [Test]
    public void What_is_remembered_of_clients_is_bounded()
    {
        var table = new ExpiringTable<int, int>(Time, capacity: 100);
        for (var key = 0; key < 1000; key++)
        {
            table.Update(key, TimeSpan.FromMinutes(1), static count => count + 1);
            Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.That(table.Count, Is.EqualTo(100));
        Assert.That((table.TryGet(999, out _), table.TryGet(0, out _)), Is.EqualTo((true, false)), "the latest stay");
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(table.TryGet(999, out _), Is.False);
    }
}
