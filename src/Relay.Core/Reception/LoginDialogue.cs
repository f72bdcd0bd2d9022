using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Relay.Core.Messages;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Sasl;
using Relay.Core.Reception.Verbs;
using Relay.Core.Smtp;

namespace Relay.Core.Reception;

/// <summary>
/// The lines between AUTH and its last reply (RFC 4954 §4): challenges, responses, and how long a failure waits. Nothing that a client sends here is
/// ever logged, its name neither unless it is a user's: people type passwords into the wrong field.
/// </summary>
internal sealed class LoginDialogue(SmtpSettings settings, SessionTransport transport, SessionRegistry registry, ILogger logger)
{
    /// <summary>RFC 4954 §4.</summary>
    public const int LongestLine = 12_288;

    private static readonly VerbResult TimedOut = new(Replies.TimedOut, NextStep.Close);
    private static readonly VerbResult ShuttingDown = new(Replies.ShuttingDown, NextStep.Close);

    private CommandLineReader _lines;

    /// <summary>Runs it to its end; null when the client is gone.</summary>
    public async ValueTask<VerbResult?> RunAsync(PendingLogin login, SessionContext context)
    {
        var (exchange, response) = (login.Exchange, login.InitialResponse);
        var challenge = exchange.FirstChallenge;
        while (true)
        {
            if (response is null)
            {
                var answer = await AskAsync(challenge);
                if (answer.Response is null)
                {
                    return answer.End;
                }

                response = answer.Response;
            }

            transport.ClearDeadline(); // checking has bounds of its own
            var step = await exchange.NextAsync(response);
            CryptographicOperations.ZeroMemory(response);
            if (step.State != SaslState.GoesOn)
            {
                return await ConcludeAsync(step.State, exchange, context);
            }

            (challenge, response) = (step.Challenge!, null);
        }
    }

    private async ValueTask<VerbResult?> ConcludeAsync(SaslState state, SaslExchange exchange, SessionContext context)
    {
        var logins = settings.Logins!;
        var client = context.Origin.Client;
        if (state is SaslState.Malformed or SaslState.Busy)
        {
            Count(state == SaslState.Malformed ? "malformed" : "busy");
            return new VerbResult(state == SaslState.Malformed ? Replies.BadSaslResponse : Replies.LoginsBusy);
        }

        var user = exchange.Account?.User;
        var guard = logins.Authenticator.Guard;
        var isRight = state == SaslState.Succeeded && user is not null;
        if (isRight && !guard.IsLockedOut(user!, client, logins.FailedLogins))
        {
            Count("succeeded");
            guard.Succeed(user!, client);
            context.LogIn(user!);
            logger.LoggedIn(client, user!.Name, exchange.Mechanism);
            return new VerbResult(Replies.LoggedIn);
        }

        Count(isRight ? "locked_out" : "failed");
        var failures = guard.Fail(user, client, logins.FailedLogins);
        logger.LoginFailed(client, user?.Name ?? "nobody known", exchange.Mechanism, failures);
        if (failures == logins.FailedLogins.PerAddress)
        {
            logger.LockedOut(client, logins.FailedLogins.Lockout, failures);
        }

        return await WaitAsync(LoginGuard.DelayOf(failures, logins.FailedLogins));
    }

    private void Count(string outcome) => settings.Metrics?.LoggedIn(settings.Listener, outcome);

    // Each guess costs time. The wait looks at the heartbeat's deadline, as every other one does, and ends with the client or the process.
    private async ValueTask<VerbResult?> WaitAsync(TimeSpan delay)
    {
        transport.SetDeadline(delay);
        while (!transport.IsOverdue)
        {
            var result = await transport.ReadAsync();
            var (isFlood, isGone) = (result.Buffer.Length > LongestLine, result.IsCompleted);
            transport.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (isGone)
            {
                return null;
            }

            if (isFlood)
            {
                return new VerbResult(Replies.TooManyErrors, NextStep.Close); // RFC 4954 §4: nothing is sent behind AUTH before its reply
            }

            if (registry.IsClosing)
            {
                return ShuttingDown;
            }
        }

        return new VerbResult(Replies.LoginFailed);
    }

    private async ValueTask<Answer> AskAsync(byte[] challenge)
    {
        transport.Reply(new SmtpReply(334, null, Convert.ToBase64String(challenge)));
        transport.SetDeadline(settings.Limits.CommandTimeout);
        if (!await transport.FlushAsync())
        {
            return default;
        }

        while (true)
        {
            var result = await transport.ReadAsync();
            var rest = result.Buffer;
            var status = _lines.Read(ref rest, out var line, LongestLine);
            var answer = status == CommandLineStatus.Incomplete ? null : Read(status, line);
            transport.AdvanceTo(rest.Start, answer is null ? rest.End : rest.Start);
            if (answer is { } whole)
            {
                return whole;
            }

            if (transport.IsOverdue || registry.IsClosing)
            {
                return new Answer(null, transport.IsOverdue ? TimedOut : ShuttingDown);
            }

            if (result.IsCompleted)
            {
                return default;
            }
        }
    }

    private static Answer? Read(CommandLineStatus status, ReadOnlySequence<byte> line)
    {
        if (status != CommandLineStatus.Whole)
        {
            return new Answer(null, new VerbResult(status == CommandLineStatus.TooLong ? Replies.SaslLineTooLong : Replies.BadLine));
        }

        var text = line.ToArray();
        if (text is [(byte)'*'])
        {
            return new Answer(null, new VerbResult(Replies.LoginCancelled));
        }

        return TryDecode(text, out var response) ? new Answer(response) : new Answer(null, new VerbResult(Replies.BadSaslResponse));
    }

    /// <summary>Base64 without blanks or line ends in it (RFC 4954 §4).</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, out byte[] response)
    {
        response = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        // The library passes over blanks.
        var isWhole = !text.ContainsAnyInRange((byte)0, (byte)' ');
        if (!isWhole || Base64.DecodeFromUtf8(text, response, out _, out var length) != OperationStatus.Done)
        {
            return false;
        }

        response = response[..length];
        return true;
    }

    /// <param name="Response">What the client answered, decoded.</param>
    /// <param name="End">The last reply, when it did not; null: it is gone.</param>
    private readonly record struct Answer(byte[]? Response, VerbResult? End = null);
}
