using System.Globalization;

namespace Relay.Core.Configuration.Validation;

/// <summary>Faults that a mailbox can really have.</summary>
internal static class FaultValidation
{
    private const int MostFaults = 50;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);

    public static void Check(UpstreamOptions upstream, KeyScope scope)
    {
        var isMailbox = upstream.Kind == UpstreamKind.Capture;
        scope.At(nameof(upstream.Faults)).ReportIf(upstream.Faults.Count > 0 && !isMailbox, "only a Capture upstream fails on purpose");
        scope
            .At(nameof(upstream.FaultSeed))
            .ReportIf(upstream.FaultSeed is not null && !isMailbox, "only a Capture upstream fails on purpose");
        Check(upstream.Faults, scope.At(nameof(upstream.Faults)));
    }

    /// <summary>Says what is wrong with faults, wherever they were written.</summary>
    public static void Check(IReadOnlyList<FaultOptions> faults, KeyScope scope)
    {
        scope.ReportIf(faults.Count > MostFaults, $"more than {MostFaults} faults");
        for (var index = 0; index < Math.Min(faults.Count, MostFaults); index++)
        {
            Check(faults[index], scope.At(index));
        }
    }

    /// <summary>A code that SMTP has, and one line of text that can stand in a reply.</summary>
    public static bool IsReply(string text) =>
        text.Length is >= 3 and <= 400
        && int.TryParse(text.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
        && code is >= 200 and <= 599
        && (text.Length == 3 || text[3] == ' ')
        && text.All(static character => char.IsAscii(character) && !char.IsControl(character));

    private static void Check(FaultOptions fault, KeyScope scope)
    {
        var reply = scope.At(nameof(fault.Reply));
        var delay = scope.At(nameof(fault.Delay));
        scope
            .At(nameof(fault.Probability))
            .ReportIf(
                !(fault.Probability >= 0 && fault.Probability <= 1),
                string.Create(CultureInfo.InvariantCulture, $"{fault.Probability} is not between 0 and 1")
            );
        if (fault.Action == FaultAction.Reply)
        {
            scope
                .At(nameof(fault.Stage))
                .ReportIf(
                    fault.Stage == FaultStage.Connect,
                    "Connect comes before anything is said; use Disconnect, Delay or DropReply, or Greeting"
                );
            reply.ReportIf(fault.Reply is null, "is missing: write it as in \"451 4.3.0 busy\"");
            reply.ReportIf(
                fault.Reply is { } text && !IsReply(text),
                $"\"{fault.Reply}\" is not a reply: write it as in \"451 4.3.0 busy\""
            );
        }
        else
        {
            reply.ReportIf(fault.Reply is not null, "is of no use without Action: Reply");
        }

        if (fault.Action == FaultAction.Delay)
        {
            delay.ReportIf(fault.Delay is null, "is missing");
            delay.ReportIf(
                fault.Delay <= TimeSpan.Zero || fault.Delay > LongestDelay,
                $"{fault.Delay:c} is not between 0 and {LongestDelay:c}"
            );
        }
        else
        {
            delay.ReportIf(fault.Delay is not null, "is of no use without Action: Delay");
        }
    }
}
