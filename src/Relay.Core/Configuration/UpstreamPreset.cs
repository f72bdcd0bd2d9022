namespace Relay.Core.Configuration;

/// <summary>Providers whose settings Relay knows; docs/providers.md tells where each comes from.</summary>
public enum UpstreamPreset
{
    None,

    /// <summary>Microsoft 365, by client submission (<c>smtp.office365.com</c>).</summary>
    Office365,

    /// <summary>Gmail, and Google Workspace by <c>smtp.gmail.com</c>.</summary>
    Gmail,

    /// <summary>Google Workspace by its relay service (<c>smtp-relay.gmail.com</c>).</summary>
    GoogleWorkspaceRelay,

    AmazonSes,

    SendGrid,

    Mailgun,

    Postmark,

    Brevo,
}
