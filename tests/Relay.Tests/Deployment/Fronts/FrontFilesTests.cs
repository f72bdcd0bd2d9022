using System.Globalization;
using System.Text.RegularExpressions;
using Relay.Core.Configuration;
using Relay.TestKit;

namespace Relay.Tests.Deployment.Fronts;

/// <summary>HAProxy, keepalived, Patroni and the nodes of the samples speak of the same addresses and ports, and of times that fit Relay's own.</summary>
public sealed partial class FrontFilesTests
{
    private static readonly HaproxyFile Haproxy = HaproxyFile.Read();
    private static readonly string Node = File.ReadAllText(Repository.PathOf("deploy/cluster/relay.json"));
    private static readonly string Keepalived = File.ReadAllText(Repository.PathOf("deploy/keepalived/keepalived.conf"));

    [Test]
    public void The_configuration_of_a_node_is_valid_and_its_spool_is_shared()
    {
        var options = SampleNode.OptionsOf(Node);

        Assert.That(options.Spool.Provider, Is.EqualTo(SpoolProvider.PostgreSql));
        Assert.That(options.Admin.TokenFile, Is.Not.Empty);
    }

    [TestCase("smtp")]
    [TestCase("submission")]
    public void HAProxy_listens_and_connects_where_a_node_does(string listener)
    {
        var port = SampleNode.PortOf(SampleNode.OptionsOf(Node).Listeners[listener].Address);

        Assert.That(Haproxy.Values($"frontend {listener}", "bind"), Is.EqualTo(new[] { $":{port}" }));
        Assert.That(Haproxy.Servers(listener).Select(SampleNode.PortOf), Is.Not.Empty.And.All.EqualTo(port));
        Assert.That(Haproxy.Servers($"{listener}-unready"), Is.EqualTo(Haproxy.Servers(listener)));
    }

    [Test]
    public void Checks_ask_the_admin_address_for_readiness_and_nodes_are_told_the_client()
    {
        var server = Haproxy.Values("defaults", "default-server").Single();

        Assert.That(server, Does.EndWith("send-proxy-v2 check port " + SampleNode.PortOf(SampleNode.OptionsOf(Node).Admin.Address)));
        Assert.That(Haproxy.Values("backend smtp", "option httpchk GET"), Is.EqualTo(new[] { "/health/ready" }));
        Assert.That(Haproxy.Values("backend smtp-unready", "option httpchk GET"), Is.EqualTo(new[] { "/health/live" }));
    }

    [Test]
    public void HAProxy_waits_longer_than_Relay_does_so_that_it_is_Relay_that_tells_a_client()
    {
        var patience = SampleNode.OptionsOf(Node).Limits.CommandTimeout;

        Assert.That(HaproxyFile.Time(Haproxy.Values("defaults", "timeout client").Single()), Is.GreaterThan(patience));
        Assert.That(HaproxyFile.Time(Haproxy.Values("defaults", "timeout server").Single()), Is.GreaterThan(patience));
    }

    [Test]
    public void A_node_believes_the_two_HAProxy_machines_and_gives_them_no_right()
    {
        var options = SampleNode.OptionsOf(Node);
        var balancers = Unicast().Matches(Keepalived).Select(static match => match.Groups["address"].Value).ToList();

        Assert.That(balancers, Has.Count.EqualTo(2));
        foreach (var listener in options.Listeners.Values)
        {
            Assert.That(listener.ProxyProtocolFrom, Is.EquivalentTo(balancers.Select(static address => address + "/32")));
        }

        Assert.That(options.Access.Networks.Where(static network => network.StartsWith("10.0.0.", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Each_machine_of_the_pair_has_its_own_priority_and_both_watch_HAProxy()
    {
        var port = Haproxy.Values("frontend alive", "bind").Select(SampleNode.PortOf).Single();
        var check = File.ReadAllText(Repository.PathOf("deploy/keepalived/check-haproxy.sh"));
        var priorities = Priority()
            .Matches(Keepalived)
            .Select(static match => int.Parse(match.ValueSpan[^3..], CultureInfo.InvariantCulture))
            .ToList();

        Assert.That(priorities, Has.Count.EqualTo(2).And.Unique);
        // With both, the address stays where HAProxy has died: a machine that preempts nobody waits until the other falls silent.
        Assert.That(Keepalived, Does.Contain("nopreempt").And.Not.Match(@"\n\s*weight\b"));
        Assert.That(check, Does.Contain($"${{1:-{port}}}"));
        Assert.That(check, Does.Contain(Haproxy.Values("frontend alive", "monitor-uri").Single()));
    }

    [GeneratedRegex(@"unicast_src_ip (?<address>[0-9.]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unicast();

    [GeneratedRegex("@(one|two) priority [0-9]{3}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Priority();
}
