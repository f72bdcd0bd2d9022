using Relay.Core.Configuration;
using Relay.Core.Reception;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Extensions;
using Relay.Core.Reception.Tls;
using Relay.Core.Timing;
using Relay.Simulation.Engine;
using Relay.Simulation.Model;

namespace Relay.Simulation.Doors;

/// <summary>One listener of a process, put together as the program does it: who connects is counted, identified, and served.</summary>
internal sealed class FrontDoor : IDisposable
{
    private readonly ConnectionLimiter _limiter = new();
    private readonly Authenticator _authenticator;
    private readonly ClientRates _rates;

    public FrontDoor(DoorRules rules, SmtpService plain, Pump pump, Heartbeat heartbeat, DoorBook book)
    {
        (Rules, Book) = (rules, book);
        var (settings, listener) = (plain.Settings, rules.Listener);
        _authenticator = new Authenticator(settings.Time, new PumpScheduler(pump));
        _rates = new ClientRates(heartbeat, settings.Time);
        var logins = _authenticator.SettingsOf(rules.Access, listener);
        var tls =
            listener.Tls == ListenerTls.None
                ? null
                : new TlsSettings(
                    listener.Tls == ListenerTls.Implicit,
                    listener.RequireTls,
                    TimeSpan.FromSeconds(30),
                    DoorCertificate.Source
                );
        settings = settings with
        {
            Access = new AccessRules(rules.Access),
            Logins = logins,
            Rates = _rates,
            ProxyProtocolFrom = new NetworkList(listener.ProxyProtocolFrom),
            XClientFrom = new NetworkList(listener.XClientFrom),
            Tls = tls,
            Extensions = StandardExtensions.Create(
                settings.Limits.MessageSize,
                startTls: tls is { IsImplicit: false },
                maximumRecipients: settings.Limits.Recipients,
                logins: logins
            ),
        };
        Handler = new SmtpConnectionHandler(_limiter) { Service = new SmtpService(settings, plain.Registry, plain.Logger) };
    }

    public DoorRules Rules { get; }

    /// <summary>What its clients did, as they saw it.</summary>
    public DoorBook Book { get; }

    public SmtpConnectionHandler Handler { get; }

    /// <summary>Connections that are counted now.</summary>
    public int Connections => _limiter.Count;

    public void Dispose()
    {
        _rates.Dispose();
        _authenticator.Dispose();
    }
}
