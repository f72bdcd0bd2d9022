using System.Globalization;
using System.Text.Json.Nodes;

namespace Relay.TestKit.Processes;

/// <summary>A real Prometheus that scrapes one target, with the rules of the repository.</summary>
public sealed class Prometheus : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-prometheus-");
    private readonly int _port = LocalPort.Free();
    private readonly HttpClient _api;
    private RunningProcess? _process;

    private Prometheus() =>
        _api = new HttpClient
        {
            BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}")),
            Timeout = TimeSpan.FromSeconds(20),
        };

    /// <param name="target">A port of 127.0.0.1 with <c>/metrics</c>.</param>
    public static async Task<Prometheus> StartAsync(int target)
    {
        var prometheus = new Prometheus();
        try
        {
            await prometheus.StartProcessAsync(target);
            return prometheus;
        }
        catch
        {
            await prometheus.DisposeAsync();
            throw;
        }
    }

    /// <summary>Evaluates an expression now: each series with its value.</summary>
    /// <exception cref="HttpRequestException">It is none.</exception>
    public async Task<IReadOnlyList<(string Labels, double Value)>> QueryAsync(string expression)
    {
        var answer = await _api.GetStringAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}");
        return
        [
            .. JsonNode.Parse(answer)!["data"]!["result"]!
                .AsArray()
                .Select(static series =>
                    (series!["metric"]!.ToJsonString(), double.Parse((string)series["value"]![1]!, CultureInfo.InvariantCulture))
                ),
        ];
    }

    /// <summary>Names of the alerts of the rules, and whether each is <c>ok</c>.</summary>
    public async Task<IReadOnlyDictionary<string, string>> RulesAsync()
    {
        var answer = JsonNode.Parse(await _api.GetStringAsync("/api/v1/rules"))!;
        return answer["data"]!["groups"]!
            .AsArray()
            .SelectMany(static group => group!["rules"]!.AsArray())
            .ToDictionary(static rule => (string)rule!["name"]!, static rule => (string)rule!["health"]!, StringComparer.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _api.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task StartProcessAsync(int target)
    {
        var file = Path.Combine(_folder.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(
            file,
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                global: { scrape_interval: 1s, evaluation_interval: 1s }
                rule_files: ['{{Repository.PathOf("deploy/prometheus-alerts.yml")}}']
                scrape_configs:
                  - job_name: relay
                    static_configs: [ { targets: ['127.0.0.1:{{target}}'] } ]

                """
            )
        );
        _process = RunningProcess.Start(
            "prometheus",
            [
                $"--config.file={file}",
                $"--storage.tsdb.path={Path.Combine(_folder.FullName, "data")}",
                string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{_port}"),
                "--log.level=warn",
            ]
        );
        await Until.TrueAsync(IsReadyAsync, "Prometheus is ready");
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _api.GetAsync("/-/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
