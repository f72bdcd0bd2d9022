using Relay.Admin;
using Relay.Core.Capture;
using Relay.Core.Telemetry.Trail;

namespace Relay.Live;

/// <summary>Passes what happens on to those who watch. While nobody does it listens to nothing, so that a message costs nothing more.</summary>
internal sealed class EventFeed(
    TrafficSampler sampler,
    UpstreamHistory states,
    MessageTrail trail,
    CaptureMailboxes mailboxes,
    AuditLog audit,
    TimeProvider time
)
{
    public const int MostReaders = 32;

    private readonly Lock _lock = new();
    private volatile EventReader[] _readers = [];

    /// <summary>Those who watch now.</summary>
    public int Readers => _readers.Length;

    /// <summary>Somebody begins to watch; null when too many do already.</summary>
    /// <param name="kinds">Some of <see cref="EventKind"/>.</param>
    public EventReader? TryOpen(IReadOnlySet<string> kinds)
    {
        lock (_lock)
        {
            if (_readers.Length == MostReaders)
            {
                return null;
            }

            var reader = new EventReader(kinds, time);
            if (_readers.Length == 0)
            {
                Listen();
            }

            _readers = [.. _readers, reader];
            return reader;
        }
    }

    public void Close(EventReader reader)
    {
        lock (_lock)
        {
            _readers = [.. _readers.Where(other => other != reader)];
            if (_readers.Length == 0)
            {
                StopListening();
            }
        }

        reader.End();
    }

    private void Listen()
    {
        sampler.Changed += OnFigures;
        states.Changed += OnState;
        trail.Added += OnMessage;
        mailboxes.Changed += OnCaptured;
        audit.Added += OnAudit;
    }

    private void StopListening()
    {
        sampler.Changed -= OnFigures;
        states.Changed -= OnState;
        trail.Added -= OnMessage;
        mailboxes.Changed -= OnCaptured;
        audit.Added -= OnAudit;
    }

    private void OnFigures(LiveFigures figures) => Tell(EventKind.Figures, figures);

    private void OnState(UpstreamStateChange change) => Tell(EventKind.Upstream, change);

    private void OnMessage(TrailEntry entry) => Tell(EventKind.Message, entry);

    private void OnCaptured(CaptureChange change) => Tell(EventKind.Captured, change);

    private void OnAudit(AuditEntry entry) => Tell(EventKind.Audit, entry);

    private void Tell(string kind, object content)
    {
        foreach (var reader in _readers)
        {
            reader.Offer(new LiveEvent(kind, content));
        }
    }
}
