using System.Text;
using Microsoft.AspNetCore.Components;
using Relay.Core.Capture;
using Relay.Core.Messages;

namespace Relay.Dashboard.Mail;

/// <summary>The bytes of a mail as they came.</summary>
public sealed partial class MailSource
{
    private const int MostBytes = 256 * 1024;

    private string _source = "";

    [Parameter, EditorRequired]
    public string Id { get; set; } = "";

    [Inject]
    private CaptureMailboxes Mailboxes { get; set; } = default!;

    protected override async Task OnParametersSetAsync()
    {
        if (!MessageId.TryParse(Id, out var id) || !Mailboxes.TryOpen(id, out var lease))
        {
            _source = "";
            return;
        }

        using (lease)
        {
            var bytes = new byte[Math.Min(lease.Body.Length, MostBytes)];
            var length = await lease.Body.ReadHeadAsync(bytes, CancellationToken.None);
            var source = Encoding.UTF8.GetString(bytes, 0, length);
            _source = lease.Body.Length > MostBytes ? $"{source}\n… cut off here; the download has all of it." : source;
        }
    }
}
