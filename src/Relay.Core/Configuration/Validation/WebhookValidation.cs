namespace Relay.Core.Configuration.Validation;

/// <summary>Receivers of events that cannot be meant.</summary>
internal static class WebhookValidation
{
    public static void Check(IReadOnlyDictionary<string, WebhookOptions> webhooks, KeyScope scope)
    {
        foreach (var (name, webhook) in webhooks)
        {
            var here = scope.At(name);
            here.IsName(name);
            // Not repeated: it may hold a key.
            here.At(nameof(webhook.Url)).ReportIf(!HttpUrl.IsValid(webhook.Url), "is not a URL: write https://host/path");
            here.At(nameof(webhook.SecretFile))
                .ReportIf(
                    !string.IsNullOrEmpty(webhook.Secret) && !string.IsNullOrEmpty(webhook.SecretFile),
                    "stands beside Secret; leave one of the two out"
                );
            here.At(nameof(webhook.Timeout)).Between(webhook.Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
            here.At(nameof(webhook.GiveUpAfter)).Between(webhook.GiveUpAfter, TimeSpan.Zero, TimeSpan.FromDays(1));
        }
    }
}
