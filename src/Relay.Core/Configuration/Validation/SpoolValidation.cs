namespace Relay.Core.Configuration.Validation;

/// <summary>The spool, its retries and its bounces.</summary>
internal static class SpoolValidation
{
    private const int LongestSchedule = 100;

    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(30);

    public static void Check(RelayOptions options, KeyScope relay)
    {
        Check(options.Spool, relay.At(nameof(options.Spool)));
        Check(options.Retry, relay.At(nameof(options.Retry)));
        var bounces = relay.At(nameof(options.Bounces));
        bounces.At(nameof(options.Bounces.DelayWarning)).Between(options.Bounces.DelayWarning, TimeSpan.Zero, LongestLife);
        bounces
            .At(nameof(options.Bounces.Group))
            .ReportIf(
                options.Bounces.Group is { } group && !options.Groups.ContainsKey(group),
                $"there is no group \"{options.Bounces.Group}\""
            );
    }

    private static void Check(SpoolOptions spool, KeyScope scope)
    {
        scope.At(nameof(spool.Path)).ReportIf(string.IsNullOrWhiteSpace(spool.Path), "a path is needed");
        DatabaseValidation.Check(spool, scope);
        scope.At(nameof(spool.MinimumFree)).Between(spool.MinimumFree, 0, long.MaxValue);
        scope.At(nameof(spool.MaximumSize)).Between(spool.MaximumSize, 0, long.MaxValue);
        scope.At(nameof(spool.MaximumMessages)).Between(spool.MaximumMessages, 0, int.MaxValue);
        scope.At(nameof(spool.KeepRecords)).Between(spool.KeepRecords, TimeSpan.Zero, TimeSpan.FromDays(365));
    }

    private static void Check(RetryOptions retry, KeyScope scope)
    {
        var schedule = scope.At(nameof(retry.Schedule));
        schedule.ReportIf(retry.Schedule.Count is 0 or > LongestSchedule, $"1 to {LongestSchedule} times are needed");
        for (var index = 0; index < retry.Schedule.Count; index++)
        {
            schedule.At(index).Between(retry.Schedule[index], TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        }

        scope.At(nameof(retry.GiveUpAfter)).Between(retry.GiveUpAfter, TimeSpan.FromSeconds(1), LongestLife);
    }
}
