using Relay.TestKit;

namespace Relay.DashboardTests;

/// <summary>Asks axe-core, the usual judge of accessibility, about a page as it is rendered now.</summary>
internal static class Accessibility
{
    private const string Question = """
        async () => {
            const { violations } = await axe.run(document, { iframes: false, resultTypes: ["violations"] });
            return violations
                .filter(violation => violation.impact === "serious" || violation.impact === "critical")
                .flatMap(violation => violation.nodes.map(node => `${violation.id} (${violation.impact}): ${node.html.slice(0, 160)} ${node.failureSummary}`));
        }
        """;

    private static readonly Lazy<string> Script = new(Read);

    /// <summary>What it finds that is serious or critical.</summary>
    public static async Task<IReadOnlyList<string>> FaultsAsync(Screen screen)
    {
        await screen.Page.EvaluateAsync($"() => {{ if (!globalThis.axe) {{ {Script.Value} }} }}");
        return await screen.Page.EvaluateAsync<string[]>(Question);
    }

    private static string Read()
    {
        var path = Repository.PathOf("artifacts/peers/node_modules/axe-core/axe.min.js");
        return File.Exists(path)
            ? File.ReadAllText(path)
            : throw new FileNotFoundException(
                "axe-core is not installed; tests/run.sh does that: npm install --prefix artifacts/peers axe-core",
                path
            );
    }
}
