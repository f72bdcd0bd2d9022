namespace Relay.Tests.Monitoring;

/// <summary>Series as one relay has them, for the tests of the rules.</summary>
internal static class AlertSeries
{
    public const string Here = "instance=\"r:8025\",job=\"relay\"";

    public static (string, string)[] OfInstance { get; } = [("instance", "r:8025"), ("job", "relay")];

    public static (string, string)[] OfUpstream { get; } = [.. OfInstance, ("group", "default"), ("upstream", "a")];

    public static (string, string)[] OfListener { get; } = [.. OfInstance, ("listener", "smtp")];

    public static string Upstream(string metric) => $"{metric}{{group=\"default\",upstream=\"a\",{Here}}}";

    public static string State(string state) => $"relay_upstream_state{{group=\"default\",state=\"{state}\",upstream=\"a\",{Here}}}";

    public static string Deliveries(string outcome) =>
        $"relay_deliveries_total{{group=\"default\",outcome=\"{outcome}\",upstream=\"a\",{Here}}}";

    public static string Rate(string what) =>
        $"relay_upstream_rate_{what}{{group=\"default\",of=\"messages\",upstream=\"a\",window=\"day\",{Here}}}";

    public static string Rows(string state) => $"relay_queue_messages{{state=\"{state}\",{Here}}}";

    public static string Received(string outcome) => Listener("relay_messages_received_total", outcome);

    public static string Listener(string metric, string outcome) => $"{metric}{{listener=\"smtp\",outcome=\"{outcome}\",{Here}}}";

    public static string Answers(string bound) => $"relay_answer_duration_seconds_bucket{{le=\"{bound}\",listener=\"smtp\",{Here}}}";
}
