namespace Relay.Core.Configuration.Validation;

/// <summary>The rates of an upstream: each can be read, and there is one of each length at the most.</summary>
internal static class RateValidation
{
    public static void Check(UpstreamOptions upstream, KeyScope scope)
    {
        Check(upstream.Rates, scope.At(nameof(upstream.Rates)));
        Check(upstream.RecipientRates, scope.At(nameof(upstream.RecipientRates)));
    }

    private static void Check(IReadOnlyList<string> rates, KeyScope scope)
    {
        HashSet<TimeSpan> windows = [];
        for (var index = 0; index < rates.Count; index++)
        {
            if (!Rate.TryParse(rates[index], out var rate))
            {
                scope.At(index).Report($"\"{rates[index]}\" is not a rate: {Rate.Syntax}");
            }
            else if (!windows.Add(rate.Value.Window))
            {
                scope.At(index).Report($"\"{rates[index]}\": there is another rate per {rate.Value.Unit} already");
            }
        }
    }
}
