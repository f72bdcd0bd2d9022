using Microsoft.AspNetCore.Components;
using Relay.Core.Capture;
using Relay.Core.Configuration;
using Relay.Core.Upstreams;
using Relay.Dashboard.Components;

namespace Relay.Dashboard.Mail;

/// <summary>Captured mail, newest first; what arrives shows within a second.</summary>
public sealed partial class MailList
{
    private const int PageSize = 100;

    private IReadOnlyList<CapturedMessage> _mails = [];
    private string _search = "";
    private int _shown = PageSize;
    private int _unread;
    private bool _hasMore;
    private bool _hasMailbox;
    private volatile bool _isStale = true;

    /// <summary>Id of the mail that is open beside the list.</summary>
    [Parameter]
    public string Selected { get; set; } = "";

    [CascadingParameter]
    private Viewer Viewer { get; set; } = default!;

    [Inject]
    private CaptureMailboxes Mailboxes { get; set; } = default!;

    [Inject]
    private TopologyManager Topology { get; set; } = default!;

    [Inject]
    private MailSteering Steering { get; set; } = default!;

    [Inject]
    private ListenerAddress Address { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private Asking Asking { get; set; } = default!;

    [Inject]
    private Notices Notices { get; set; } = default!;

    protected override void OnInitialized() => Mailboxes.Changed += Note;

    /// <summary>Ages are drawn anew each second; the mailboxes are looked through only after something has changed in them.</summary>
    protected override void Read()
    {
        if (!_isStale)
        {
            return;
        }

        _isStale = false;
        var mails = Mailboxes.List(after: null, _shown + 1, _search.Length == 0 ? null : _search);
        _hasMore = mails.Count > _shown;
        _mails = _hasMore ? [.. mails.Take(_shown)] : mails;
        _unread = Mailboxes.Unread;
        _hasMailbox = Topology.Current.Options.Groups.Values.Any(static group =>
            group.Upstreams.Values.Any(static upstream => upstream.Kind == UpstreamKind.Capture)
        );
    }

    protected override void Dispose(bool isDisposing)
    {
        Mailboxes.Changed -= Note;
        base.Dispose(isDisposing);
    }

    private void Note(CaptureChange change) => _isStale = true;

    private Task SearchAsync(ChangeEventArgs change)
    {
        (_search, _shown, _isStale) = (change.Value?.ToString()?.Trim() ?? "", PageSize, true);
        return RefreshAsync();
    }

    private Task MoreAsync()
    {
        (_shown, _isStale) = (_shown + PageSize, true);
        return RefreshAsync();
    }

    private async Task DeleteAllAsync()
    {
        var what = _search.Length == 0 ? "all captured mail" : $"all captured mail that contains “{_search}”";
        if (await Asking.ConfirmAsync($"Delete {what}?", "It is gone for good.", "Delete"))
        {
            var count = Steering.DeleteAll(Viewer, _search);
            Notices.Tell(null, $"{count} deleted.");
            Navigation.NavigateTo("/mail");
            await RefreshAsync();
        }
    }
}
