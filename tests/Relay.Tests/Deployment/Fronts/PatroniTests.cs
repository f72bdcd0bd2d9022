using System.Text.RegularExpressions;
using Relay.TestKit;
using YamlDotNet.Serialization;

namespace Relay.Tests.Deployment.Fronts;

/// <summary>deploy/patroni/patroni.yml: what Relay's promise needs of PostgreSQL stands in it, and fits what the nodes are told.</summary>
public sealed partial class PatroniTests
{
    private static readonly Dictionary<object, object> File = Read();

    [Test]
    public void A_commit_is_on_two_machines_and_never_on_one_only()
    {
        Assert.That(At("bootstrap:dcs:synchronous_mode"), Is.EqualTo("true"));
        Assert.That(At("bootstrap:dcs:synchronous_mode_strict"), Is.EqualTo("true"));
        Assert.That(At("bootstrap:dcs:postgresql:parameters:synchronous_commit"), Is.EqualTo("on"));
        // Patroni sets this one itself.
        Assert.That(Map("bootstrap:dcs:postgresql:parameters").Keys, Has.None.EqualTo("synchronous_standby_names"));
    }

    [Test]
    public void The_lock_of_the_primary_outlives_two_rounds_and_a_retry_as_Patroni_wants_it()
    {
        int Number(string path) => int.Parse((string)At(path), System.Globalization.CultureInfo.InvariantCulture);

        Assert.That(
            Number("bootstrap:dcs:loop_wait") + (2 * Number("bootstrap:dcs:retry_timeout")),
            Is.LessThanOrEqualTo(Number("bootstrap:dcs:ttl"))
        );
    }

    [Test]
    public void Nodes_are_told_of_all_three_machines_and_come_by_TLS_with_a_password()
    {
        var node = System.IO.File.ReadAllText(Repository.PathOf("deploy/cluster/relay.json"));
        var hosts = Host().Match(node).Groups["hosts"].Value.Split(',');
        var etcd = ((List<object>)At("etcd3:hosts")).Cast<string>().Select(static host => host.Split(':')[0]);

        Assert.That(hosts, Is.EquivalentTo(etcd));
        Assert.That(hosts, Does.Contain(((string)At("postgresql:connect_address")).Split(':')[0]));
        Assert.That(node, Does.Contain("Target Session Attributes=primary").And.Contain("SSL Mode=VerifyFull"));
        Assert.That((List<object>)At("postgresql:pg_hba"), Has.One.EqualTo("hostssl relay relay 10.0.0.0/24 scram-sha-256"));
    }

    private static Dictionary<object, object> Read() =>
        new DeserializerBuilder()
            .Build()
            .Deserialize<Dictionary<object, object>>(System.IO.File.ReadAllText(Repository.PathOf("deploy/patroni/patroni.yml")));

    private static Dictionary<object, object> Map(string path) => (Dictionary<object, object>)At(path);

    private static object At(string path) =>
        path.Split(':').Aggregate((object)File, static (value, key) => ((Dictionary<object, object>)value)[key]);

    [GeneratedRegex("Host=(?<hosts>[^;]+);", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Host();
}
