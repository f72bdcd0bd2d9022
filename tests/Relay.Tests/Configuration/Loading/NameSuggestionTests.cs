using Relay.Core.Configuration.Loading;

namespace Relay.Tests.Configuration.Loading;

public sealed class NameSuggestionTests
{
    private static readonly string[] Known = ["Address", "Weight", "Connections", "ConnectionIdle", "Tls", "Backup"];

    [TestCase("Adress", "Address")]
    [TestCase("weigth", "Weight")]
    [TestCase("Conections", "Connections")]
    [TestCase("Tsl", null, Description = "two slips in three letters")]
    [TestCase("Tl", "Tls")]
    [TestCase("Frobnicate", null)]
    public void The_nearest_name_is_suggested_if_it_is_near_enough(string written, string? expected)
    {
        var suggestion = NameSuggestion.For(written, Known);

        Assert.That(suggestion, Is.EqualTo(expected is null ? "" : $"; did you mean {expected}?"));
    }
}
