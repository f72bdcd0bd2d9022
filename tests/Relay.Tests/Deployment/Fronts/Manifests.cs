using k8s;
using k8s.Models;
using Relay.TestKit;
using YamlDotNet.Serialization;

namespace Relay.Tests.Deployment.Fronts;

/// <summary>deploy/kubernetes, read into the types of the Kubernetes API: a field that there is not is an error.</summary>
internal static class Manifests
{
    private const string Folder = "deploy/kubernetes";

    // Before the others, which are read by what it says.
    private static readonly Dictionary<string, object> Kustomization = new DeserializerBuilder()
        .Build()
        .Deserialize<Dictionary<string, object>>(Text("kustomization.yaml"));

    /// <summary>What kustomization.yaml names, and the example of a secret.</summary>
    public static IReadOnlyList<IKubernetesObject<V1ObjectMeta>> All { get; } =
    [.. Resources.Append("secret.example.yaml").SelectMany(Load)];

    public static IEnumerable<string> Resources => ((List<object>)Kustomization["resources"]).Cast<string>();

    /// <summary>Names of files that are there.</summary>
    public static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Repository.PathOf(Folder), "*.yaml").Select(static path => Path.GetFileName(path));

    public static V1PodTemplateSpec Pod => The<V1Deployment>().Spec.Template;

    public static V1Container Container => Pod.Spec.Containers.Single();

    /// <summary>The only one of its kind.</summary>
    public static T The<T>() => All.OfType<T>().Single();

    private static IEnumerable<IKubernetesObject<V1ObjectMeta>> Load(string name) =>
        KubernetesYaml.LoadAllFromString(Text(name), strict: true).Cast<IKubernetesObject<V1ObjectMeta>>();

    private static string Text(string name) => File.ReadAllText(Repository.PathOf(Path.Combine(Folder, name)));
}
