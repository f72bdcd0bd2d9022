using Relay.Simulation.Model;
using Relay.Simulation.Providers;

namespace Relay.Simulation.Servers;

/// <content>What a provider does more than a server: it counts, at a moment of its own choice, and puts off what is over a ration.</content>
internal sealed partial class Dialogue
{
    private AccountedTransaction? _accounted;

    /// <summary>A message is under way.</summary>
    public bool IsInTransaction => _delivery is not null;

    private bool IsPutOffAtMail(Delivery delivery)
    {
        _accounted = _server.Account is { } account ? new AccountedTransaction(account) : null;
        return IsPutOff(delivery, _accounted?.At(CountingMoment.Mail), reply => _ledger.MailRefused(delivery, reply));
    }

    private bool IsPutOffAtRecipient(Delivery delivery, string address) =>
        IsPutOff(delivery, _accounted?.AtRecipient(), reply => _ledger.RecipientRefused(delivery, reply, address));

    private bool IsPutOffAtData(Delivery delivery) =>
        IsPutOff(delivery, _accounted?.At(CountingMoment.Data), reply => _ledger.Refused(delivery, reply, delivery.Recipients));

    /// <summary>The whole message is there. A provider may count it now, or after some work on it.</summary>
    private void EndMessage(Delivery delivery)
    {
        if (_server.Account is not { } account)
        {
            AnswerDot(delivery);
        }
        else if (!IsPutOffAtDot(delivery, CountingMoment.Dot))
        {
            _time.After(account.NextWork(), () => EndWork(delivery));
        }
    }

    private void EndWork(Delivery delivery)
    {
        if (!_isCut && !_isSilent && !IsPutOffAtDot(delivery, CountingMoment.Reply))
        {
            AnswerDot(delivery);
        }

        if (_server is { IsSteady: true, Mood: Mood.Dead })
        {
            Cut(); // the last message that it takes before it is away
        }
    }

    private bool IsPutOffAtDot(Delivery delivery, CountingMoment moment)
    {
        if (!IsPutOff(delivery, _accounted?.At(moment), reply => _ledger.DotAnswered(delivery, reply)))
        {
            return false;
        }

        _delivery = null;
        return true;
    }

    private bool IsPutOff(Delivery delivery, string? reply, Action<string> consumed)
    {
        if (reply is null)
        {
            return false;
        }

        _ledger.PutsOff(delivery, reply);
        Send(reply, consumed);
        if (reply.StartsWith("421", StringComparison.Ordinal))
        {
            Cut();
        }

        return true;
    }
}
