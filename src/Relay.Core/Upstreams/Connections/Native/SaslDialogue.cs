using System.Net;
using MailKit.Security;
using Relay.Core.Configuration;
using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>AUTH (RFC 4954 §4) with one mechanism, whose secrets and proofs are MailKit's matter.</summary>
internal sealed class SaslDialogue(SmtpWire wire, ReplyReader replies, SessionGuard guard, UpstreamOptions options)
{
    private const int Continue = 334;

    /// <summary>A mechanism takes a few steps; a server that asks for ever is none.</summary>
    private const int MostSteps = 16;

    /// <summary>The server's last word: 235, or a refusal.</summary>
    /// <exception cref="ReplyFormatException">What the server asks does not belong to the mechanism, or it let us in without the proof that the mechanism asks of it.</exception>
    public async ValueTask<SmtpReply> RunAsync(string name, NetworkCredential credentials)
    {
        var mechanism = SaslMechanisms.Create(name, credentials, options);
        wire.Append("AUTH "u8);
        wire.AppendText(mechanism.MechanismName);
        if (mechanism.SupportsInitialResponse)
        {
            wire.Append(" "u8);
            wire.AppendText(await RespondAsync(mechanism, ""));
        }

        var reply = await AskAsync();
        for (var step = 0; reply.Code == Continue; step++)
        {
            if (step == MostSteps)
            {
                throw new ReplyFormatException("The server asks for more than the mechanism has to say.");
            }

            wire.AppendText(await RespondAsync(mechanism, reply.Text));
            reply = await AskAsync();
        }

        // Where the server has to prove that it knows the password too (RFC 5802 §5), a bare 235 proves nothing.
        return reply.IsPositive && !mechanism.IsAuthenticated
            ? throw new ReplyFormatException($"{mechanism.MechanismName}: the server has not proved that it knows the password.")
            : reply;
    }

    private async ValueTask<SmtpReply> AskAsync()
    {
        wire.Append("\r\n"u8);
        guard.Expect(options.CommandTimeout);
        await wire.FlushAsync();
        return await replies.ReadAsync(TransactionStage.Auth);
    }

    private async ValueTask<string> RespondAsync(SaslMechanism mechanism, string challenge)
    {
        try
        {
            return await mechanism.ChallengeAsync(challenge, guard.Token);
        }
        catch (Exception exception) when (exception is SaslException or FormatException)
        {
            throw new ReplyFormatException($"{mechanism.MechanismName}: {exception.Message}");
        }
    }
}
