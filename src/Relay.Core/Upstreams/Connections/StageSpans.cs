using System.Diagnostics;
using Relay.Core.Telemetry;

namespace Relay.Core.Upstreams.Connections;

/// <summary>A span for each stage that a dialogue with a server goes through, below the span of the attempt. Exists only while that is recorded.</summary>
internal sealed class StageSpans
{
    private static readonly string[] Names =
    [
        .. Enum.GetValues<TransactionStage>().Select(static stage => stage == TransactionStage.StartTls ? "smtp.tls" : NameOf(stage)),
    ];

    private readonly Activity _parent;
    private Activity? _current;
    private TransactionStage? _stage;
    private bool _hasEnded;

    private StageSpans(Activity parent) => _parent = parent;

    /// <summary>Null where there is no attempt that is recorded: nothing costs anything then.</summary>
    public static StageSpans? Begin() =>
        RelayTracing.IsOn && Activity.Current is { IsAllDataRequested: true } parent ? new StageSpans(parent) : null;

    /// <summary>The stage before is over.</summary>
    public void Enter(TransactionStage stage)
    {
        if (_hasEnded || stage == _stage)
        {
            return;
        }

        _current?.Dispose();
        _current = RelayTracing.BeginPhase(Names[(int)stage], _parent);
        if (_stage is null && stage == TransactionStage.Dot)
        {
            _current?.SetTag("relay.one_flight", true); // MAIL, RCPT and the message went out together
        }

        _stage = stage;
    }

    /// <summary>The dialogue is over, or the part of it that is looked at here.</summary>
    public void End(UpstreamFailure? failure)
    {
        _hasEnded = true;
        if (failure is not null)
        {
            _current?.SetTag("error.type", failure.Kind.ToString());
            _current?.SetStatus(ActivityStatusCode.Error, failure.Kind.ToString());
        }

        _current?.Dispose();
        _current = null;
        Activity.Current = _parent;
    }

    private static string NameOf(TransactionStage stage) => "smtp." + stage.ToString().ToLowerInvariant();
}
