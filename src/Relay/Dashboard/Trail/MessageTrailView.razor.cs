using Microsoft.AspNetCore.Components;
using Relay.Core.Messages;
using Relay.Dashboard.Components;
using Relay.Trails;

namespace Relay.Dashboard.Trail;

/// <summary>All that is known of one message: where it came from, where each recipient stands, who was asked and what was said.</summary>
public sealed partial class MessageTrailView
{
    private const int MostRecipients = 100;

    private MessageDetails? _details;
    private bool _isRead;

    [Parameter, EditorRequired]
    public string Id { get; set; } = "";

    [Inject]
    private MessageFinder Finder { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    /// <summary>What is settled does not change any more, and need not be looked up again.</summary>
    private bool IsSettled => _details is { Rows.Count: 0 };

    protected override async Task ReadAsync()
    {
        if (_isRead && IsSettled)
        {
            return;
        }

        using var deadline = Deadline.Start(Time);
        _details = MessageId.TryParse(Id, out var id) ? await Finder.ShowAsync(id, 0, MostRecipients, deadline.Token) : null;
        _isRead = true;
    }

    private static string Tone(AttemptItem attempt) =>
        attempt.Summary.Contains("deliver", StringComparison.OrdinalIgnoreCase) || attempt.Summary.StartsWith('2') ? "good" : "warn";
}
