using Relay.Core.Configuration;

namespace Relay.Dashboard.Mail;

/// <summary>The fault of one stage while it is being switched: what was typed stays when it is switched off and on again.</summary>
internal sealed class FaultDraft(FaultStage stage)
{
    public FaultStage Stage => stage;

    /// <summary>Null while the stage works.</summary>
    public FaultAction? Action { get; set; }

    public string Reply { get; set; } = "451 4.3.0 busy";

    public double Seconds { get; set; } = 5;

    public double Percent { get; set; } = 100;

    public static FaultDraft Of(FaultStage stage, FaultOptions? fault)
    {
        var draft = new FaultDraft(stage);
        if (fault is not null)
        {
            draft.Action = fault.Action;
            draft.Percent = fault.Probability * 100;
            draft.Reply = fault.Reply ?? draft.Reply;
            draft.Seconds = fault.Delay?.TotalSeconds ?? draft.Seconds;
        }

        return draft;
    }

    public FaultOptions? ToFault() =>
        Action is not { } action
            ? null
            : new FaultOptions
            {
                Stage = stage,
                Action = action,
                Reply = action == FaultAction.Reply ? Reply : null,
                Delay = action == FaultAction.Delay ? TimeSpan.FromSeconds(Seconds) : null,
                Probability = Percent / 100,
            };
}
