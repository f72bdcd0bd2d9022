using System.Net;
using Relay.Core.Configuration;
using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections;

/// <summary>User and password of an upstream, read anew for each connection so that a changed password file takes effect.</summary>
internal static class Credentials
{
    private static readonly SmtpReply Unreadable = new(535, new EnhancedStatusCode(5, 7, 8), "The password file cannot be read");

    /// <summary>False when a password file is configured and cannot be read; then nothing is sent, and it counts as refused credentials.</summary>
    /// <param name="options">Of the upstream.</param>
    /// <param name="credentials">Null where no user is configured.</param>
    /// <param name="failure">Why it is false.</param>
    public static bool TryRead(UpstreamOptions options, out NetworkCredential? credentials, out UpstreamFailure? failure)
    {
        (credentials, failure) = (null, null);
        if (options.UserName is not { } user)
        {
            return true;
        }

        try
        {
            var password = options.PasswordFile is { } file ? File.ReadLines(file).FirstOrDefault() : options.Password;
            credentials = new NetworkCredential(user, password);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            failure = new UpstreamFailure(TransactionStage.Auth, UpstreamFailureKind.Reply, Unreadable, exception);
            return false;
        }
    }
}
