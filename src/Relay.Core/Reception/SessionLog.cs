using System.Net;
using Microsoft.Extensions.Logging;
using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Core.Reception;

/// <summary>What reception has to say, ids 100 to 199. What became of a message is the pipeline's to tell.</summary>
internal static partial class SessionLog
{
    [LoggerMessage(100, LogLevel.Debug, "Session of {Client} ended")]
    public static partial void SessionEnded(this ILogger logger, IPAddress? client);

    [LoggerMessage(101, LogLevel.Debug, "Client {Client} vanished")]
    public static partial void ClientVanished(this ILogger logger, Exception exception, IPAddress? client);

    [LoggerMessage(102, LogLevel.Error, "Session of {Client} failed")]
    public static partial void SessionFailed(this ILogger logger, Exception exception, IPAddress? client);

    [LoggerMessage(103, LogLevel.Information, "{Client} sent an HTTP request to the SMTP port")]
    public static partial void HttpRequest(this ILogger logger, IPAddress? client);

    [LoggerMessage(104, LogLevel.Debug, "{Client}: {Verb} refused: {Reply}")]
    public static partial void CommandRefused(this ILogger logger, IPAddress? client, SmtpVerb verb, SmtpReply reply);

    [LoggerMessage(105, LogLevel.Information, "Closing the session of {Client}: {Reply}")]
    public static partial void BudgetSpent(this ILogger logger, IPAddress? client, SmtpReply reply);

    [LoggerMessage(106, LogLevel.Information, "Mail data of {Client} broke off: {End}")]
    public static partial void DataBrokenOff(this ILogger logger, IPAddress? client, DataEnd end);

    [LoggerMessage(107, LogLevel.Information, "{Id} from {Sender} refused: {Reply}")]
    public static partial void MessageRefused(this ILogger logger, MessageId id, MailPath sender, SmtpReply reply);

    [LoggerMessage(108, LogLevel.Information, "{Client} hung up before {Id} was handed over")]
    public static partial void ClientGone(this ILogger logger, IPAddress? client, MessageId id);

    [LoggerMessage(109, LogLevel.Error, "{Id} could not be handed over")]
    public static partial void SinkFailed(this ILogger logger, Exception exception, MessageId id);

    [LoggerMessage(110, LogLevel.Error, "The body of {Id} could not be stored")]
    public static partial void BodyNotStored(this ILogger logger, Exception exception, MessageId id);

    [LoggerMessage(111, LogLevel.Warning, "Connection of {Client} refused: {Reply}")]
    public static partial void ConnectionRefused(this ILogger logger, IPAddress? client, SmtpReply reply);

    [LoggerMessage(120, LogLevel.Debug, "{Client} logged in as {User} by {Mechanism}")]
    public static partial void LoggedIn(this ILogger logger, IPAddress? client, string user, string mechanism);

    [LoggerMessage(121, LogLevel.Information, "{Client} failed to log in as {User} by {Mechanism}, failure {Failures} of its address")]
    public static partial void LoginFailed(this ILogger logger, IPAddress? client, string user, string mechanism, int failures);

    [LoggerMessage(122, LogLevel.Warning, "{Client} is locked out for {Lockout} after {Failures} failed logins")]
    public static partial void LockedOut(this ILogger logger, IPAddress? client, TimeSpan lockout, int failures);

    [LoggerMessage(112, LogLevel.Information, "{Client} spoke before the greeting")]
    public static partial void SpokeTooEarly(this ILogger logger, IPAddress? client);
}
