using System.Globalization;
using System.Net;
using CsCheck;
using Relay.Core.Configuration;
using Relay.Core.Dispatch;
using Relay.Core.Messages;

namespace Relay.Tests.Dispatch;

public sealed class RouteIndexTests
{
    private static readonly string?[] Patterns =
    [
        null,
        "*",
        "<>",
        "*@a.example",
        "*@A.EXAMPLE",
        "*@b.example",
        "x@a.example",
        "x*@b.example",
        "*@*.example",
        "*@*",
        "*@sub.a.example",
    ];

    private static readonly string?[] Listeners = [null, null, "smtp", "other"];

    private static readonly string[] Addresses =
    [
        "",
        "x@a.example",
        "y@A.example",
        "xy@b.example",
        "z@c.example",
        "x@sub.a.example",
        "Postmaster",
    ];

    private static readonly Gen<RouteOptions> Routes = Gen.Select(
        Gen.Int[0, Patterns.Length - 1].Select(index => Patterns[index]),
        Gen.Int[0, Patterns.Length - 1].Select(index => Patterns[index]),
        Gen.Int[0, Listeners.Length - 1].Select(index => Listeners[index]),
        (from, to, listener) =>
            new RouteOptions
            {
                From = from,
                To = to,
                Listener = listener,
                Group = "any",
            }
    );

    [Test]
    public void It_finds_what_a_walk_through_the_list_finds() =>
        Gen.Select(
                Routes.List[0, 12],
                Gen.Int[0, Addresses.Length - 1].Select(index => Addresses[index]),
                Gen.Int[0, Addresses.Length - 1].Select(index => Addresses[index])
            )
            .Sample(
                (options, from, to) =>
                {
                    var routes = options.ConvertAll(route => new Route(route, null!));
                    var origin = new MessageOrigin(IPAddress.Loopback, "client", "smtp");
                    var (sender, recipient) = (new MailPath(from), new MailPath(to));

                    var found = new RouteIndex(routes).Find(origin, sender, recipient);

                    return found == routes.FindIndex(route => route.Matches(origin, sender, recipient));
                },
                iter: 5000
            );

    [Test]
    public void Of_a_thousand_domains_the_right_one_is_found_in_any_case()
    {
        var options = Enumerable
            .Range(0, 1000)
            .Select(number => new RouteOptions { To = string.Create(CultureInfo.InvariantCulture, $"*@d{number}.example"), Group = "any" });
        var index = new RouteIndex([.. options.Select(route => new Route(route, null!))]);

        var found = index.Find(new MessageOrigin(null, "client", "smtp"), new MailPath("a@b.example"), new MailPath("x@D987.example"));

        Assert.That(found, Is.EqualTo(987));
    }
}
