using Relay.Simulation.Model;

namespace Relay.Simulation.Doors;

/// <summary>One login, by any mechanism: as it should be, or with a fault.</summary>
internal sealed class DoorLogin
{
    private readonly DoorSession _session;
    private readonly LoginMechanism _mechanism;
    private readonly string _user;
    private readonly LoginFault _fault;

    /// <param name="session">Of the client.</param>
    /// <param name="user">Whose name is claimed; null: anybody's.</param>
    /// <param name="fault">What is wrong; null: anything or nothing.</param>
    public DoorLogin(DoorSession session, string? user = null, LoginFault? fault = null)
    {
        _session = session;
        var random = session.Random;
        _mechanism = (LoginMechanism)random.Next(4);
        _user = user ?? (random.Next(2) == 0 ? DoorPeople.Alice : DoorPeople.Bob);
        _fault = fault ?? (random.Next(2) == 0 ? LoginFault.None : (LoginFault)random.Next(1, 6));
        var isImpossible =
            (_mechanism == LoginMechanism.PlainAtOnce && _fault is LoginFault.Cancelled or LoginFault.Garbled)
            || (_mechanism == LoginMechanism.Login && _fault == LoginFault.Authority);
        _fault = isImpossible ? LoginFault.None : _fault;
    }

    public async Task RunAsync()
    {
        var begun = _session.Now;
        var credentials = Draw();
        // With what comes at once the login has failed when the reply comes.
        var isDecided = _mechanism == LoginMechanism.PlainAtOnce || (_mechanism == LoginMechanism.Scram && _fault == LoginFault.Authority);
        var failure = isDecided ? Fails(credentials) : null;
        var reply = await _session.SayAsync(Command(credentials));
        if (WasTried(reply, begun) is not true and var answer)
        {
            if (answer is false)
            {
                _session.Book.HasNotFailed(failure);
            }

            return;
        }

        if (DoorSession.Is(reply, "334"))
        {
            (reply, failure) = await GoOnAsync(credentials, reply!);
        }

        Conclude(reply, failure);
    }

    private string Command(Credentials credentials) =>
        _mechanism switch
        {
            LoginMechanism.Plain => "AUTH PLAIN",
            LoginMechanism.PlainAtOnce => $"AUTH PLAIN {credentials.Plain}",
            LoginMechanism.Login => "AUTH login",
            _ => $"AUTH SCRAM-SHA-256 {credentials.ScramFirst}",
        };

    private Credentials Draw() =>
        _fault switch
        {
            LoginFault.User => new Credentials(DoorPeople.Nobody, DoorPeople.PasswordOf(DoorPeople.Nobody)),
            LoginFault.Password => new Credentials(_user, "guess"),
            LoginFault.Authority => new Credentials(
                _user,
                DoorPeople.PasswordOf(_user),
                _user == DoorPeople.Alice ? DoorPeople.Bob : DoorPeople.Alice
            ),
            _ => new Credentials(_user, DoorPeople.PasswordOf(_user)),
        };

    private FailedLogin Fails(Credentials credentials) => _session.Book.Fails(credentials.User, _session.Caller);

    // False for what is said before anything is checked. Null when the client is gone before it hears whether it has failed: it may have.
    private bool? WasTried(string? reply, TimeSpan begun)
    {
        var isOver = _session.Connection.IsOverTls;
        var needsTls = !isOver && _session.Rules.Listener.RequireTls;
        var isHidden = !isOver && !_session.Rules.Listener.AllowClearTextAuth;
        var expected =
            needsTls ? "530"
            : _session.Caller.User is not null ? "503"
            : isHidden ? "538"
            : null;
        if (expected is not null)
        {
            _session.Expect(expected, reply);
            return false;
        }

        if (reply is null || (!_session.IsThere && !reply.Contains("failed logins", StringComparison.Ordinal)))
        {
            return null;
        }

        var isLockedOut = DoorSession.Is(reply, "421");
        _session.Book.Asked(_session.Caller, begun, isLockedOut);
        return !isLockedOut;
    }

    private async Task<(string? Reply, FailedLogin? Failure)> GoOnAsync(Credentials credentials, string challenge)
    {
        if (_fault is LoginFault.Cancelled or LoginFault.Garbled)
        {
            return (await _session.SayAsync(_fault == LoginFault.Cancelled ? "*" : "%%%"), null);
        }

        if (_mechanism == LoginMechanism.Scram)
        {
            return await ScramAsync(credentials, challenge);
        }

        var name = _mechanism == LoginMechanism.Login ? await _session.SayAsync(Credentials.Encode(credentials.User)) : challenge;
        if (!DoorSession.Is(name, "334"))
        {
            return (name, null);
        }

        var failure = Fails(credentials);
        return (
            await _session.SayAsync(_mechanism == LoginMechanism.Login ? Credentials.Encode(credentials.Password) : credentials.Plain),
            failure
        );
    }

    private async Task<(string? Reply, FailedLogin? Failure)> ScramAsync(Credentials credentials, string challenge)
    {
        var (final, signature) = credentials.ScramFinal(Credentials.Decode(challenge[4..]));
        var failure = Fails(credentials);
        var reply = await _session.SayAsync(final);
        if (!DoorSession.Is(reply, "334"))
        {
            return (reply, failure);
        }

        _session.Ledger.Check(_fault == LoginFault.None, $"{credentials.User} has proven what it does not know");
        _session.Ledger.Check(
            string.Equals(Credentials.Decode(reply![4..]), signature, StringComparison.Ordinal),
            "the server does not prove itself"
        );
        return (await _session.SayAsync(""), failure);
    }

    private void Conclude(string? reply, FailedLogin? failure)
    {
        if (!_session.IsThere || reply is null)
        {
            return;
        }

        switch (reply[..3])
        {
            case "235":
                _session.Ledger.Check(_fault == LoginFault.None, $"{_user} is let in by {_fault}");
                _session.Book.HasNotFailed(failure);
                _session.Book.LoggedIn(_user, _session.Caller);
                _session.Caller.User = _user;
                _session.Ledger.LoggedIn(_user);
                break;
            case "535" when failure is not null:
                failure.IsKnown = true;
                if (_fault == LoginFault.None)
                {
                    _session.Book.LockedOut(failure);
                }

                break;
            case "501":
                _session.Ledger.Check(_fault is LoginFault.Cancelled or LoginFault.Garbled, $"{_user} has said nothing wrong: {reply}");
                break;
            default:
                _session.Refused($"AUTH with {_fault}", reply);
                break;
        }
    }
}
