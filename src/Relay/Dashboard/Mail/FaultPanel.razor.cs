using System.Globalization;
using Microsoft.AspNetCore.Components;
using Relay.Core.Configuration;
using Relay.Core.Configuration.Validation;
using Relay.Dashboard.Components;

namespace Relay.Dashboard.Mail;

/// <summary>Switches the faults of one mailbox, a row for each stage of the dialogue. What is switched counts at once.</summary>
public sealed partial class FaultPanel
{
    private IReadOnlyList<FaultDraft> _drafts = [];

    [Parameter, EditorRequired]
    public string Group { get; set; } = "";

    [Parameter, EditorRequired]
    public string Upstream { get; set; } = "";

    [CascadingParameter]
    private Viewer Viewer { get; set; } = default!;

    [Inject]
    private MailSteering Steering { get; set; } = default!;

    [Inject]
    private Notices Notices { get; set; } = default!;

    protected override void OnInitialized()
    {
        var faults = Steering.FaultsOf(Group, Upstream);
        _drafts =
        [
            .. Enum.GetValues<FaultStage>().Select(stage => FaultDraft.Of(stage, faults.FirstOrDefault(fault => fault.Stage == stage))),
        ];
    }

    /// <summary>Before anything is said there is nothing that could be answered.</summary>
    private static IEnumerable<FaultAction> Actions(FaultStage stage) =>
        Enum.GetValues<FaultAction>().Where(action => stage != FaultStage.Connect || action != FaultAction.Reply);

    private void Act(FaultDraft draft, string? word)
    {
        draft.Action = Enum.TryParse<FaultAction>(word, out var action) ? action : null;
        Apply();
    }

    private void Reply(FaultDraft draft, string? text)
    {
        if (text is null || !FaultValidation.IsReply(text.Trim()))
        {
            Notices.Tell("A reply is a code and a line of text, as in “451 4.3.0 busy”.", "");
            return;
        }

        draft.Reply = text.Trim();
        Apply();
    }

    private void Delay(FaultDraft draft, string? text)
    {
        if (
            !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) || seconds is not (>= 0.1 and <= 3600)
        )
        {
            Notices.Tell("A delay is between 0.1 and 3600 seconds.", "");
            return;
        }

        draft.Seconds = seconds;
        Apply();
    }

    private void Often(FaultDraft draft, string? text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) || percent is not (>= 0 and <= 100))
        {
            Notices.Tell("How often is between 0 and 100 percent.", "");
            return;
        }

        draft.Percent = percent;
        Apply();
    }

    private void Clear()
    {
        foreach (var draft in _drafts)
        {
            draft.Action = null;
        }

        Apply();
    }

    private void Apply()
    {
        IReadOnlyList<FaultOptions> faults = [.. _drafts.Select(static draft => draft.ToFault()).OfType<FaultOptions>()];
        Notices.Tell(
            Steering.SetFaults(Viewer, Group, Upstream, faults),
            faults.Count == 0
                ? $"{Group}/{Upstream} works."
                : $"{Group}/{Upstream} fails at: {string.Join(", ", faults.Select(static fault => fault.Stage))}."
        );
    }

    private static string Word(FaultAction action) =>
        action switch
        {
            FaultAction.Reply => "answers something else",
            FaultAction.Delay => "answers late",
            FaultAction.Disconnect => "breaks the connection",
            _ => "does it, and does not answer",
        };

    private static string Meaning(FaultStage stage) =>
        stage switch
        {
            FaultStage.Connect => "nobody there",
            FaultStage.Greeting => "the 220 at the start",
            FaultStage.Data => "before the message",
            FaultStage.Body => "in the middle of it",
            FaultStage.Dot => "after the message",
            _ => "",
        };
}
