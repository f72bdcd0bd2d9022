using Microsoft.AspNetCore.Components;
using Relay.Core.Capture;
using Relay.Core.Configuration;
using Relay.Core.Upstreams;

namespace Relay.Dashboard.Overview;

/// <summary>The newest captured mail, for developers: with mailboxes only it is what the page is opened for.</summary>
public sealed partial class LatestMail
{
    private const int Shown = 5;

    private IReadOnlyList<CapturedMessage> _mails = [];
    private bool _hasMailbox;
    private string _address = "";

    [Inject]
    private CaptureMailboxes Mailboxes { get; set; } = default!;

    [Inject]
    private TopologyManager Topology { get; set; } = default!;

    [Inject]
    private ListenerAddress Listener { get; set; } = default!;

    protected override void Read()
    {
        _hasMailbox = Topology.Current.Options.Groups.Values.Any(static group =>
            group.Upstreams.Values.Any(static upstream => upstream.Kind == UpstreamKind.Capture)
        );
        _mails = _hasMailbox ? Mailboxes.List(after: null, Shown) : [];
        _address = Listener.Text;
    }

    private static string Recipients(CapturedMessage mail)
    {
        var recipients = mail.Envelope.Recipients;
        return recipients.Count == 1 ? recipients[0].Path.Text : $"{recipients[0].Path.Text} and {recipients.Count - 1} more";
    }
}
