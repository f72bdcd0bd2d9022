using Microsoft.AspNetCore.Components;
using Relay.Admin.Captured;
using Relay.Core.Capture;
using Relay.Core.Messages;
using Relay.Dashboard.Components;

namespace Relay.Dashboard.Mail;

/// <summary>One captured mail, taken apart. Its HTML is never part of this page: a frame asks for it, and the answer forbids it everything.</summary>
public sealed partial class MailView
{
    private const string Html = "HTML";
    private const string Text = "Text";
    private const string Headers = "Headers";
    private const string Source = "Source";
    private const string Links = "Links";
    private const string Attachments = "Attachments";

    private const int MostRecipients = 20;

    private CapturedMessage? _message;
    private OpenedMail? _mail;
    private IReadOnlyList<string> _tabs = [];
    private string _tab = Text;
    private ReleaseResult? _released;
    private bool _isGone;

    [Parameter, EditorRequired]
    public string Id { get; set; } = "";

    [CascadingParameter]
    private Viewer Viewer { get; set; } = default!;

    [Inject]
    private CaptureMailboxes Mailboxes { get; set; } = default!;

    [Inject]
    private CapturedReader Reader { get; set; } = default!;

    [Inject]
    private MailSteering Steering { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private Asking Asking { get; set; } = default!;

    [Inject]
    private Notices Notices { get; set; } = default!;

    private string Recipients =>
        string.Join(", ", _message!.Envelope.Recipients.Take(MostRecipients).Select(static recipient => recipient.Path.Text))
        + (_message.Envelope.Recipients.Count > MostRecipients ? $" and {_message.Envelope.Recipients.Count - MostRecipients} more" : "");

    protected override async Task OnInitializedAsync()
    {
        if (!MessageId.TryParse(Id, out var id) || !Mailboxes.TryOpen(id, out var lease))
        {
            _isGone = true;
            return;
        }

        using (lease)
        {
            Mailboxes.MarkRead(lease.Message);
            var content = await Reader.ReadAsync(lease.Body, CancellationToken.None);
            _mail = await Task.Run(() => OpenedMail.Of(content)); // of a large one its links take a moment
            _message = lease.Message;
        }

        _tabs = [.. Tabs(_mail)];
        _tab = _tabs[0];
    }

    private static IEnumerable<string> Tabs(OpenedMail mail)
    {
        if (mail.HasHtml)
        {
            yield return Html;
        }

        if (mail.Text is not null || !mail.HasHtml)
        {
            yield return Text;
        }

        yield return Headers;
        yield return Source;
        if (mail.Links.Count > 0)
        {
            yield return Links;
        }

        if (mail.Attachments.Count > 0)
        {
            yield return Attachments;
        }
    }

    private string? Field(string name) =>
        _mail!.Headers.FirstOrDefault(field => string.Equals(field.Key, name, StringComparison.OrdinalIgnoreCase)).Value;

    private async Task ReleaseAsync()
    {
        var groups = Steering.GroupsToReleaseTo;
        if (groups.Count == 0)
        {
            Notices.Tell("No group has real servers: add one to the configuration to release mail to.", "");
            return;
        }

        var group = await Asking.ChooseGroupAsync(
            "Release to real servers",
            $"The mail is sent on, as it is, to {Recipients}. It stays in its mailbox too.",
            "Release",
            groups
        );
        if (group is not null)
        {
            (_released, var trouble) = await Steering.ReleaseAsync(Viewer, Id, group);
            Notices.Tell(trouble, $"Released to {group}: {_released?.Status}.");
        }
    }

    private async Task DeleteAsync()
    {
        if (await Asking.ConfirmAsync("Delete this mail?", "It is gone for good.", "Delete"))
        {
            Notices.Tell(Steering.Delete(Viewer, Id), "Deleted.");
            Navigation.NavigateTo("/mail");
        }
    }
}
