using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Relay.Tests.Monitoring;

/// <summary>Writes the dashboard in the format that Grafana imports.</summary>
internal static class GrafanaFile
{
    private const int Columns = 24;
    private const int PanelHeight = 8;
    private const int StatHeight = 4;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Dashboard()
    {
        var panels = new JsonArray();
        var y = 0;
        foreach (var (row, content) in Panels.Rows)
        {
            panels.Add(Row(row, y++, panels.Count + 1));
            var width = content[0].Kind == "stat" ? Columns / content.Length : Columns / 2;
            var height = content[0].Kind == "stat" ? StatHeight : PanelHeight;
            for (var index = 0; index < content.Length; index++)
            {
                var (column, line) = (index * width % Columns, index * width / Columns);
                panels.Add(Of(content[index], panels.Count + 1, Place(column, y + (line * height), width, height)));
            }

            y += (((content.Length * width) + Columns - 1) / Columns) * height;
        }

        var dashboard = new JsonObject
        {
            ["title"] = "Relay",
            ["uid"] = "relay-smtp",
            ["description"] = "Generated from tests/Relay.Tests/Monitoring by tests/monitoring.sh. What is changed here is lost.",
            ["tags"] = new JsonArray("relay", "smtp"),
            ["schemaVersion"] = 39,
            ["version"] = 1,
            ["editable"] = true,
            ["refresh"] = "30s",
            ["time"] = new JsonObject { ["from"] = "now-6h", ["to"] = "now" },
            ["templating"] = new JsonObject
            {
                ["list"] = new JsonArray(
                    Source(),
                    Variable("job", "relay_sessions"),
                    Variable("instance", "relay_sessions{job=~\"$job\"}")
                ),
            },
            ["panels"] = panels,
        };
        return dashboard.ToJsonString(Json) + "\n";
    }

    private static JsonObject Row(string title, int y, int id) =>
        new()
        {
            ["id"] = id,
            ["type"] = "row",
            ["title"] = title,
            ["collapsed"] = false,
            ["gridPos"] = Place(0, y, Columns, 1),
            ["panels"] = new JsonArray(),
        };

    private static JsonObject Of(Panel panel, int id, JsonObject place) =>
        new()
        {
            ["id"] = id,
            ["type"] = panel.Kind,
            ["title"] = panel.Title,
            ["description"] = panel.Description,
            ["datasource"] = Datasource(),
            ["gridPos"] = place,
            ["fieldConfig"] = new JsonObject
            {
                ["defaults"] = new JsonObject { ["unit"] = panel.Unit, ["min"] = 0 },
                ["overrides"] = new JsonArray(),
            },
            ["targets"] = new JsonArray([.. panel.Queries.Select(Target)]),
        };

    private static JsonNode Target((string Expression, string Legend) query, int index) =>
        new JsonObject
        {
            ["refId"] = ((char)('A' + index)).ToString(),
            ["datasource"] = Datasource(),
            ["expr"] = query.Expression,
            ["legendFormat"] = query.Legend,
        };

    private static JsonObject Datasource() => new() { ["type"] = "prometheus", ["uid"] = "${datasource}" };

    private static JsonObject Source() =>
        new()
        {
            ["name"] = "datasource",
            ["label"] = "Data source",
            ["type"] = "datasource",
            ["query"] = "prometheus",
        };

    private static JsonObject Variable(string label, string metric) =>
        new()
        {
            ["name"] = label,
            ["type"] = "query",
            ["datasource"] = Datasource(),
            ["query"] = $"label_values({metric}, {label})",
            ["refresh"] = 2,
            ["includeAll"] = true,
            ["multi"] = true,
            ["allValue"] = ".*",
            ["current"] = new JsonObject { ["text"] = "All", ["value"] = "$__all" },
        };

    private static JsonObject Place(int x, int y, int width, int height) =>
        new()
        {
            ["x"] = x,
            ["y"] = y,
            ["w"] = width,
            ["h"] = height,
        };
}
