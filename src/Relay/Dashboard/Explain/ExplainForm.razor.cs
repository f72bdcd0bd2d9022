using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Admin;
using Relay.Core.Configuration;

namespace Relay.Dashboard.Explain;

/// <summary>Asks what would become of a message, and shows the answer with its reasons.</summary>
public sealed partial class ExplainForm
{
    private string _from = "";
    private string _to = "";
    private string _client = "";
    private string _listener = "";
    private long? _size;
    private bool _smtpUtf8;
    private string? _trouble;
    private IReadOnlyList<Explanation>? _answers;

    [Inject]
    private ExplainMessage Explainer { get; set; } = default!;

    [Inject]
    private RelayOptions Options { get; set; } = default!;

    private IEnumerable<string> Listeners => Options.Listeners.Keys.Order(StringComparer.OrdinalIgnoreCase);

    protected override void OnInitialized() => _listener = Listeners.FirstOrDefault() ?? "";

    private void Ask()
    {
        var recipients = _to.Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var request = new ExplainRequest(
            _from.Trim(),
            recipients,
            _client.Trim(),
            _listener.Length == 0 ? null : _listener,
            _size,
            _smtpUtf8
        );
        var result = ExplainMessage.Handle(request, Explainer).Result;
        _answers = (result as Ok<IReadOnlyList<Explanation>>)?.Value;
        _trouble = (result as ProblemHttpResult)?.ProblemDetails.Detail;
    }

    private static string RouteOf(Explanation answer)
    {
        if (answer.RouteNumber is not { } number || answer.Route is not { } route)
        {
            return "none takes it";
        }

        (string Name, string? Value)[] given =
        [
            ("from", route.From),
            ("to", route.To),
            ("listener", route.Listener),
            ("client", route.Client),
            ("user", route.User),
        ];
        var conditions = given
            .Where(static condition => condition.Value is not null)
            .Select(static condition => $"{condition.Name} {condition.Value}")
            .ToList();
        return $"number {number + 1}{(conditions.Count == 0 ? ", which takes everything" : $": {string.Join(", ", conditions)}")}";
    }
}
