using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections.OAuth2;

/// <summary>When a token is asked for, and when not.</summary>
internal sealed class OAuth2TokenSourceTests : TokenSourceFixture
{
    [Test]
    public async Task Whoever_needs_a_token_while_one_is_asked_for_waits_for_that_one()
    {
        Endpoint.ThenToken("one").Hold();

        var callers = Enumerable.Range(0, 50).Select(_ => TokenAsync()).ToList();
        await RequestsAsync(1);
        Endpoint.Release();

        Assert.That(await Task.WhenAll(callers), Is.All.EqualTo("one"));
        Assert.That((Endpoint.Requests, Endpoint.MostAtOnce), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_caller_that_goes_away_does_not_end_the_request_of_the_others()
    {
        using var gone = new CancellationTokenSource();
        Endpoint.ThenToken("one").Hold();
        var first = Source.GetAsync(gone.Token);
        var second = TokenAsync();
        await RequestsAsync(1);

        await gone.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        Endpoint.Release();

        Assert.That(await second, Is.EqualTo("one"));
        Assert.That(Endpoint.Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task A_token_is_renewed_ahead_of_its_end_and_nobody_waits_for_that()
    {
        Endpoint.ThenToken("one", 3600).ThenToken("two", 3600);
        await TokenAsync();
        Time.Advance(TimeSpan.FromMinutes(54));
        Assert.That(await TokenAsync(), Is.EqualTo("one"));
        Assert.That(Endpoint.Requests, Is.EqualTo(1), "not before the last five minutes");

        Time.Advance(TimeSpan.FromMinutes(2));
        Endpoint.Hold();
        Assert.That(GetAsync().IsCompleted, Is.True, "the old one still serves");
        Assert.That(await TokenAsync(), Is.EqualTo("one"));
        await RequestsAsync(2);
        Endpoint.Release();

        await Until.TrueAsync(async () => await TokenAsync() == "two", "the new one serves");
        Assert.That((Endpoint.Requests, Endpoint.MostAtOnce), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task A_token_that_has_ended_is_not_used_any_more()
    {
        Endpoint.ThenToken("one", 600).ThenToken("two", 600);
        await TokenAsync();

        Time.Advance(TimeSpan.FromSeconds(541));

        Assert.That(await TokenAsync(), Is.EqualTo("two"));
    }

    [Test]
    public async Task An_endpoint_that_fails_is_left_alone_for_longer_each_time_and_everybody_is_told_why()
    {
        Endpoint.ThenJson("<html>", 503);
        Assert.That(await TokenAsync(), Is.EqualTo("none: https://login.example.com/token answered 503"));
        foreach (var (pause, requests) in new[] { (1, 2), (2, 3), (4, 4), (8, 5), (16, 6), (32, 7), (60, 8), (60, 9) })
        {
            Time.Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1));
            Assert.That((await ProblemAsync()).IsRefusal, Is.False);
            Assert.That(Endpoint.Requests, Is.EqualTo(requests - 1), $"before {pause} s are over");
            Time.Advance(TimeSpan.FromMilliseconds(1));
            await ProblemAsync();
            Assert.That(Endpoint.Requests, Is.EqualTo(requests), $"after {pause} s");
        }
    }

    [Test]
    public async Task After_a_success_the_next_pause_is_short_again()
    {
        Endpoint.ThenJson("", 500).ThenJson("", 500).ThenToken("one", 600).ThenJson("", 500).ThenToken("two", 600);
        await TokenAsync();
        Time.Advance(TimeSpan.FromSeconds(1));
        await TokenAsync();
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(await TokenAsync(), Is.EqualTo("one"));

        Time.Advance(TimeSpan.FromMinutes(10));
        Assert.That(await TokenAsync(), Does.StartWith("none"));
        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(await TokenAsync(), Is.EqualTo("two"));
    }

    [Test]
    public async Task An_endpoint_that_says_how_long_is_left_alone_that_long()
    {
        Endpoint.ThenJson("""{"error":"slow_down"}""", 429, TimeSpan.FromSeconds(90)).ThenToken("one");
        await TokenAsync();

        Time.Advance(TimeSpan.FromSeconds(89));
        Assert.That(await TokenAsync(), Does.StartWith("none"));
        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(await TokenAsync(), Is.EqualTo("one"));
    }

    [Test]
    public async Task A_renewal_that_fails_leaves_the_old_token_in_use_and_is_tried_again_after_a_pause()
    {
        Endpoint.ThenToken("one", 3600).ThenJson("", 500).ThenToken("two", 3600);
        await TokenAsync();
        Time.Advance(TimeSpan.FromMinutes(56));
        var used = new HashSet<string>(StringComparer.Ordinal);
        await Until.TrueAsync(
            async () =>
            {
                used.Add(await TokenAsync());
                Time.Advance(TimeSpan.FromMilliseconds(100));
                return used.Contains("two");
            },
            "it is renewed"
        );

        Assert.That(used, Is.EquivalentTo(["one", "two"]));
        Assert.That(Endpoint.Requests, Is.EqualTo(3));
    }

    [Test]
    public async Task What_is_refused_is_asked_again_after_a_minute_at_the_earliest()
    {
        Endpoint.ThenJson("""{"error":"invalid_client","error_description":"no such client"}""", 401);

        var problem = await ProblemAsync();
        Time.Advance(TimeSpan.FromSeconds(59));
        await ProblemAsync();

        Assert.That(problem.IsRefusal, Is.True);
        Assert.That(problem.Text, Is.EqualTo("https://login.example.com/token answered 401 invalid_client: no such client"));
        Assert.That(Endpoint.Requests, Is.EqualTo(1));
        Time.Advance(TimeSpan.FromSeconds(1));
        await ProblemAsync();
        Assert.That(Endpoint.Requests, Is.EqualTo(2));
    }

    [Test]
    public async Task An_endpoint_that_does_not_answer_is_given_up_when_its_time_is_over()
    {
        Endpoint.ThenToken("one").Hold();
        var result = ProblemAsync();
        await RequestsAsync(1);
        Assert.That(result.IsCompleted, Is.False);

        Time.Advance(TimeSpan.FromSeconds(10));

        Assert.That((await result).Text, Does.EndWith("did not answer within 00:00:10"));
        Assert.That((await result).IsRefusal, Is.False);
    }

    [Test]
    public async Task An_answer_without_end_is_given_up()
    {
        Endpoint.Then(() => new HttpResponseMessage { Content = new StringContent(new string(' ', 64 * 1024) + "{}") });

        Assert.That((await ProblemAsync()).Text, Does.Contain("more than 64 KiB"));
    }

    [Test]
    public async Task An_endpoint_that_nobody_reaches_is_told_with_the_cause()
    {
        Endpoint.Then(() => throw new HttpRequestException("see inner", new IOException("Connection refused")));

        Assert.That((await ProblemAsync()).Text, Does.EndWith("cannot be asked: Connection refused"));
    }

    [Test]
    public async Task A_defect_keeps_nobody_waiting()
    {
        Endpoint.Then(() => throw new InvalidOperationException("a defect")).ThenToken("one");

        Assert.That(await TokenAsync(), Is.EqualTo("none: a defect of Relay"));
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await TokenAsync(), Is.EqualTo("one"));
    }

    [Test]
    public async Task A_token_that_worked_and_is_refused_was_revoked_and_the_next_one_is_asked_for_once()
    {
        Endpoint.ThenToken("one").ThenToken("two");
        var token = (await GetAsync()).Token!;
        token.MarkWorked();

        var mayTryAgain = Enumerable.Range(0, 10).Select(_ => Source.Refused(token, "535 no")).ToList();
        var next = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => TokenAsync()));

        Assert.That(mayTryAgain, Is.All.True);
        Assert.That(next, Is.All.EqualTo("two"));
        Assert.That(Source.Refused(token, "535 no"), Is.True, "there is a newer one");
        Assert.That((Endpoint.Requests, await TokenAsync()), Is.EqualTo((2, "two")), "which is not thrown away for the old one's sake");
    }

    [Test]
    public async Task A_token_that_never_worked_draws_no_other_for_a_minute()
    {
        Endpoint.ThenToken("one").ThenToken("two");
        var token = (await GetAsync()).Token!;

        Assert.That(Source.Refused(token, "535 5.7.3 no"), Is.False);
        Assert.That(Source.Refused(token, "535 5.7.3 no"), Is.False);
        var problem = await ProblemAsync();

        Assert.That((problem.IsRefusal, problem.Text), Is.EqualTo((true, "the server refused the last access token: 535 5.7.3 no")));
        Assert.That(Endpoint.Requests, Is.EqualTo(1));
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await TokenAsync(), Is.EqualTo("two"));
    }
}
