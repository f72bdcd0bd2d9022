using System.Net.Sockets;
using Relay.Core.Configuration;
using Relay.Core.Upstreams.Connections;

namespace Relay.Cli.Probing;

/// <summary>What usually lies behind a failed probe, and the setting that cures it.</summary>
internal static class ProbeAdvice
{
    private const int SmtpPort = 25;
    private const int ImplicitTlsPort = 465;

    public static string? For(UpstreamFailure failure, UpstreamOptions upstream)
    {
        var port = NetworkConnectors.AddressOf(upstream).Port;
        return failure switch
        {
            { Kind: UpstreamFailureKind.ConnectFailed, Cause: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } =>
                "nothing listens there, or a firewall refuses it",
            { Kind: UpstreamFailureKind.ConnectFailed, Cause: SocketException { SocketErrorCode: SocketError.HostNotFound } } =>
                "the name does not resolve: is Address right?",
            { Kind: UpstreamFailureKind.TimedOut, Stage: TransactionStage.Connect } when port == SmtpPort =>
                "a firewall may swallow it: many networks block outgoing port 25, and providers take mail on port 587",
            { Kind: UpstreamFailureKind.TimedOut, Stage: TransactionStage.Connect } => "a firewall may swallow it",
            { Stage: TransactionStage.Greeting, Reply: null } when port == ImplicitTlsPort =>
                "port 465 mostly speaks TLS from the first byte: \"Tls\": \"Implicit\"",
            { Stage: TransactionStage.Greeting, Reply: not null } =>
                "the server does not want this machine: does it know the address that Relay comes from?",
            { Kind: UpstreamFailureKind.CertificateNotTrusted, Certificate: { } certificate } =>
                $"if this is your server, trust exactly this certificate: \"Certificate\": \"{certificate.Pin}\"",
            { Kind: UpstreamFailureKind.TlsFailed } when upstream.Tls == UpstreamTls.Implicit && port != ImplicitTlsPort =>
                "TLS from the first byte is mostly spoken on port 465; elsewhere \"Tls\": \"StartTls\"",
            { Kind: UpstreamFailureKind.TlsNotOffered } when upstream.UserName is not null =>
                "a password is never sent in clear text: is this the port for submission (587)?",
            { Kind: UpstreamFailureKind.TlsNotOffered } => "\"Tls\": \"Auto\" would send in clear text where STARTTLS is not offered",
            { Kind: UpstreamFailureKind.XClientNotOffered } =>
                "the server does not let this machine speak for others: smtpd_authorized_xclient_hosts of Postfix, XClientFrom of Relay",
            { Kind: UpstreamFailureKind.AuthNotOffered } when upstream.OAuth2 is not null =>
                "the server offers neither XOAUTH2 nor OAUTHBEARER: is this the port for submission (587)?",
            { Kind: UpstreamFailureKind.AuthNotOffered } =>
                "the server offers no AUTH that Relay speaks: is this the port for submission (587)?",
            { Kind: UpstreamFailureKind.TokenRefused } when upstream.OAuth2 is { IsServiceAccount: true } =>
                "may the service account act for UserName with the scope (domain-wide delegation)? See docs/providers.md",
            { Kind: UpstreamFailureKind.TokenRefused } =>
                "are TenantId, ClientId, ClientSecret and RefreshToken right, and none of them expired? See docs/providers.md",
            { Kind: UpstreamFailureKind.TokenUnavailable } =>
                "can this machine reach the token endpoint? A proxy is named by the environment variable HTTPS_PROXY",
            { Stage: TransactionStage.Auth } when upstream.OAuth2 is not null =>
                "the token was given, but may it send as UserName? See docs/providers.md for what the provider has to allow",
            { Stage: TransactionStage.Auth } => "are UserName and Password (or PasswordFile) right?",
            _ => null,
        };
    }
}
