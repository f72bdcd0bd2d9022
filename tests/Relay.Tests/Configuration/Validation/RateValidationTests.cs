using Relay.Core.Configuration;
using Relay.Core.Configuration.Validation;

namespace Relay.Tests.Configuration.Validation;

public sealed class RateValidationTests
{
    [TestCase("14/s", 14, 1)]
    [TestCase("30/min", 30, 60)]
    [TestCase("500/h", 500, 3600)]
    [TestCase(" 10000 / Day ", 10_000, 86_400)]
    public void A_rate_is_a_number_and_a_unit(string text, int limit, int seconds)
    {
        Assert.That(Rate.TryParse(text, out var rate), Is.True);
        Assert.That((rate!.Value.Limit, rate.Value.Window), Is.EqualTo((limit, TimeSpan.FromSeconds(seconds))));
    }

    [TestCase("14")]
    [TestCase("0/s")]
    [TestCase("-1/s")]
    [TestCase("1.5/s")]
    [TestCase("10/week")]
    [TestCase("/s")]
    [TestCase("2000000000/day")]
    public void Anything_else_is_an_error_that_says_what_is_allowed(string text)
    {
        var errors = Check(new UpstreamOptions { Rates = ["1/s", text] });

        Assert.That(errors.Single().Key, Is.EqualTo("Upstream:Rates:1"));
        Assert.That(errors.Single().Text, Does.Contain("14/s, 30/min, 500/h or 10000/day"));
    }

    [Test]
    public void Two_rates_of_one_length_contradict_each_other()
    {
        var errors = Check(new UpstreamOptions { RecipientRates = ["10/min", "1/s", "20/min"] });

        Assert.That(errors.Single().Key, Is.EqualTo("Upstream:RecipientRates:2"));
    }

    private static List<ConfigurationError> Check(UpstreamOptions options)
    {
        List<ConfigurationError> errors = [];
        RateValidation.Check(options, new KeyScope("Upstream", errors));
        return errors;
    }
}
