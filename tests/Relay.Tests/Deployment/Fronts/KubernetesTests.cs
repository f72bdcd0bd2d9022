using System.Globalization;
using k8s;
using k8s.Models;
using Relay.Core.Configuration;
using Relay.TestKit;

namespace Relay.Tests.Deployment.Fronts;

/// <summary>The manifests fit each other, the image, and what the program does with signals, probes and files.</summary>
public sealed class KubernetesTests
{
    private static readonly RelayOptions Options = SampleNode.OptionsOf(Manifests.The<V1ConfigMap>().Data["appsettings.json"]);

    [Test]
    public void Every_file_is_one_of_the_kustomization_but_the_example_of_a_secret() =>
        Assert.That(Manifests.Files, Is.EquivalentTo(Manifests.Resources.Append("kustomization.yaml").Append("secret.example.yaml")));

    [Test]
    public void A_field_that_there_is_not_is_found()
    {
        const string Misspelt = "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  clusterIp: None\n";

        Assert.That(() => KubernetesYaml.LoadAllFromString(Misspelt, strict: true), Throws.Exception);
    }

    [Test]
    public void Everything_is_in_one_namespace_and_speaks_of_the_same_pods()
    {
        var labels = Manifests.Pod.Metadata.Labels;
        var selectors = Manifests
            .All.OfType<V1Service>()
            .Select(static service => service.Spec.Selector)
            .Append(Manifests.The<V1Deployment>().Spec.Selector.MatchLabels)
            .Append(Manifests.The<V1PodDisruptionBudget>().Spec.Selector.MatchLabels)
            .Append(Manifests.The<V1NetworkPolicy>().Spec.PodSelector.MatchLabels)
            .Concat(Manifests.Pod.Spec.TopologySpreadConstraints.Select(static constraint => constraint.LabelSelector.MatchLabels));

        Assert.That(selectors, Is.All.EquivalentTo(labels));
        Assert.That(
            Manifests.All.Where(static item => item is not V1Namespace).Select(static item => item.Metadata.NamespaceProperty),
            Is.All.EqualTo(Manifests.The<V1Namespace>().Metadata.Name)
        );
        Assert.That(
            Manifests.The<V2HorizontalPodAutoscaler>().Spec.ScaleTargetRef.Name,
            Is.EqualTo(Manifests.The<V1Deployment>().Metadata.Name)
        );
    }

    [TestCase("smtp")]
    [TestCase("outside")]
    public void A_listener_has_its_port_and_a_service_that_leads_to_it(string listener)
    {
        Assert.That(SampleNode.PortOf(Options.Listeners[listener].Address), Is.EqualTo(Port(listener)));
        Assert.That(TargetPorts(), Has.One.EqualTo(listener));
        Assert.That(AllowedPorts(), Does.Contain(Port(listener)));
    }

    [Test]
    public void Services_lead_to_ports_that_there_are() =>
        Assert.That(TargetPorts(), Is.SubsetOf(Manifests.Container.Ports.Select(static port => port.Name)));

    [Test]
    public void Probes_ask_the_admin_address_and_only_readiness_takes_a_node_out()
    {
        var container = Manifests.Container;

        Assert.That(SampleNode.PortOf(Options.Admin.Address), Is.EqualTo(Port("admin")));
        Assert.That(Options.Admin.Address, Does.StartWith("*:"));
        Assert.That(container.ReadinessProbe.HttpGet.Path, Is.EqualTo("/health/ready"));
        Assert.That(container.LivenessProbe.HttpGet.Path, Is.EqualTo("/health/live"), "the database's absence must not restart the nodes");
        Assert.That(container.StartupProbe.HttpGet.Path, Is.EqualTo("/health/live"));
        foreach (var probe in new[] { container.ReadinessProbe, container.LivenessProbe, container.StartupProbe })
        {
            Assert.That(probe.HttpGet.Port.Value, Is.EqualTo("admin"));
        }
    }

    [Test]
    public void The_time_to_end_holds_the_pause_and_all_of_Relays_drain()
    {
        var pause = int.Parse(Manifests.Container.Lifecycle.PreStop.Exec.Command[1], CultureInfo.InvariantCulture);
        var drain = File.ReadAllText(Repository.PathOf("docs/installing.md"));

        Assert.That(drain, Does.Contain("It drains within 28 seconds of SIGTERM"));
        Assert.That(Manifests.Pod.Spec.TerminationGracePeriodSeconds, Is.GreaterThanOrEqualTo(pause + 28 + 5));
        Assert.That(pause, Is.GreaterThan(Manifests.Container.ReadinessProbe.PeriodSeconds!.Value));
    }

    [Test]
    public void It_runs_as_the_user_of_the_image_without_a_right_on_a_root_that_is_read_only()
    {
        var (pod, container) = (Manifests.Pod.Spec, Manifests.Container.SecurityContext);
        var user = File.ReadLines(Repository.PathOf("deploy/Dockerfile"))
            .Last(static line => line.StartsWith("USER ", StringComparison.Ordinal));

        Assert.That($"USER {pod.SecurityContext.RunAsUser}:{pod.SecurityContext.RunAsGroup}", Is.EqualTo(user));
        Assert.That(pod.SecurityContext.RunAsNonRoot, Is.True);
        Assert.That(pod.SecurityContext.SeccompProfile.Type, Is.EqualTo("RuntimeDefault"));
        Assert.That(pod.AutomountServiceAccountToken, Is.False);
        Assert.That(container.ReadOnlyRootFilesystem, Is.True);
        Assert.That(container.AllowPrivilegeEscalation, Is.False);
        Assert.That(container.Capabilities.Drop, Is.EqualTo(new[] { "ALL" }));
    }

    [Test]
    public void What_is_mounted_there_is_and_where_the_program_looks_for_it()
    {
        var mounts = Manifests.Container.VolumeMounts.ToDictionary(
            static mount => mount.MountPath,
            static mount => mount.Name,
            StringComparer.Ordinal
        );
        var secret = Manifests.The<V1Secret>().StringData.Keys.Select(static key => "/run/secrets/relay/" + key);
        var command = File.ReadLines(Repository.PathOf("deploy/Dockerfile"))
            .Single(static line => line.StartsWith("CMD ", StringComparison.Ordinal));

        Assert.That(mounts.Values, Is.EquivalentTo(Manifests.Pod.Spec.Volumes.Select(static volume => volume.Name)));
        Assert.That(mounts.Keys, Is.EquivalentTo(new[] { "/etc/relay", "/run/secrets/relay", "/data", "/tmp" }));
        Assert.That(command, Does.Contain("/etc/relay/appsettings.json"));
        Assert.That(new[] { Options.Spool.ConnectionStringFile, Options.Admin.TokenFile }, Is.EquivalentTo(secret));
        Assert.That(Manifests.Pod.Spec.Volumes.Single(static volume => volume.Secret is not null).Secret.SecretName, Is.EqualTo("relay"));
        Assert.That(Manifests.Pod.Spec.Volumes.Single(static volume => volume.ConfigMap is not null).ConfigMap.Name, Is.EqualTo("relay"));
    }

    [Test]
    public void Nodes_are_replaced_and_evicted_one_by_one_and_three_are_kept()
    {
        var rolling = Manifests.The<V1Deployment>().Spec.Strategy.RollingUpdate;

        Assert.That(rolling.MaxUnavailable.Value, Is.EqualTo("0"));
        Assert.That(rolling.MaxSurge.Value, Is.EqualTo("1"));
        Assert.That(Manifests.The<V1PodDisruptionBudget>().Spec.MaxUnavailable.Value, Is.EqualTo("1"));
        Assert.That(Manifests.The<V1Deployment>().Spec.Replicas, Is.Null, "the autoscaler's");
        Assert.That(Manifests.The<V2HorizontalPodAutoscaler>().Spec.MinReplicas, Is.EqualTo(3));
    }

    /// <summary>Each node may open the pool of its connections (16 unless the connection string says otherwise) and the one that listens.</summary>
    [Test]
    public void The_database_of_the_sample_has_connections_for_all_nodes_that_there_may_be()
    {
        var most = Manifests.The<V2HorizontalPodAutoscaler>().Spec.MaxReplicas;
        var patroni = File.ReadLines(Repository.PathOf("deploy/patroni/patroni.yml"))
            .Single(static line => line.Contains("max_connections:", StringComparison.Ordinal));

        Assert.That(patroni.Trim(), Is.EqualTo("max_connections: 300"));
        Assert.That(most * 17, Is.LessThan(300 - 20));
    }

    private static string Port(string name) =>
        Manifests
            .Container.Ports.Single(port => string.Equals(port.Name, name, StringComparison.Ordinal))
            .ContainerPort.ToString(CultureInfo.InvariantCulture);

    private static List<string> TargetPorts() =>
        [
            .. Manifests
                .All.OfType<V1Service>()
                .SelectMany(static service => service.Spec.Ports)
                .Select(static port => port.TargetPort.Value),
        ];

    private static List<string> AllowedPorts() =>
        [.. Manifests.The<V1NetworkPolicy>().Spec.Ingress.SelectMany(static rule => rule.Ports).Select(static port => port.Port.Value)];
}
