namespace Relay.Simulation.Providers;

/// <summary>One transaction as an account counts it: once, at a moment that is chosen when it begins.</summary>
internal sealed class AccountedTransaction(ProviderAccount account)
{
    private readonly CountingMoment _moment = account.NextMoment();
    private bool _isCounted;
    private int _recipients;

    /// <summary>The transaction has come so far; the reply if that puts it off.</summary>
    public string? At(CountingMoment moment)
    {
        if (_isCounted || moment < _moment)
        {
            return null;
        }

        _isCounted = true;
        var reply = account.CountMessage();
        for (var left = _recipients; left > 0 && reply is null; left--)
        {
            reply = account.CountRecipient();
        }

        return reply;
    }

    /// <summary>A recipient is named; the reply if that puts it off.</summary>
    public string? AtRecipient()
    {
        if (_isCounted)
        {
            return account.CountRecipient();
        }

        _recipients++;
        return null;
    }
}
