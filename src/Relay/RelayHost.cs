using System.Net.Sockets;
using System.Runtime;
using NLog.Extensions.Logging;
using Relay.Admin;
using Relay.Core;
using Relay.Core.Configuration;
using Relay.Core.Pickup;
using Relay.Core.Spool;
using Relay.Core.Spool.Sqlite;
using Relay.Core.Telemetry;
using Relay.Core.Timing;
using Relay.Events;
using Relay.Footprint;
using Relay.Logging;
using Relay.Reloading;
using Relay.Services;
using Relay.Telemetry;

namespace Relay;

/// <summary>The running program: one web application whose Kestrel listens for SMTP and HTTP.</summary>
internal sealed class RelayHost : IAsyncDisposable
{
    /// <summary>Orchestrators kill 30 s after SIGTERM; what is left when <see cref="ShutdownDrain"/> gives up needs a moment to be answered.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(28);

    private readonly RelayOptions _options;
    private readonly RelayLog _log;
    private readonly ActivatedSockets _activated = ActivatedSockets.OfProcess();
    private readonly SocketUse _sockets;
    private readonly KestrelListeners _listeners;
    private readonly WebApplication _app;

    /// <param name="options">What to run with.</param>
    /// <param name="source">Where they come from, to read them again.</param>
    public RelayHost(RelayOptions options, ConfigurationSource source)
    {
        _log = RelayLog.Create(options.Log);
        _sockets = new SocketUse(options, _activated);
        _listeners = new KestrelListeners(options, _activated);
        _options = options;
        _app = Build(options, source);
    }

    /// <summary>Starts to listen.</summary>
    /// <returns>Null, or why it cannot: a port in use, an address that is not ours.</returns>
    public async Task<string?> TryStartAsync(CancellationToken cancellationToken)
    {
        if (_sockets.FindFault() is { } fault)
        {
            return fault;
        }

        try
        {
            Open();
            await _app.StartAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is SpoolOpenException or PickupOpenException)
        {
            return failure.Message;
        }
        catch (Exception failure) when (failure is IOException or SocketException or UnauthorizedAccessException)
        {
            return _listeners.DescribeFailure(bound: _app.Urls.Count, failure);
        }

        _app.Services.GetRequiredService<RelayMetrics>().Announce(_app.Services.GetRequiredService<RelayOptions>().Listeners.Keys);
        _app.Services.GetRequiredService<StartupReport>().Write(_listeners);
        return null;
    }

    /// <summary>Returns after SIGTERM or Ctrl+C, when running transactions have come to their end.</summary>
    public Task WaitForStopAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _log.Dispose();
    }

    private WebApplication Build(RelayOptions options, ConfigurationSource source)
    {
        // Empty: no appsettings.json, no environment and no log of the framework's own beside ours.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(RelayLog.MinimumLevel(options.Log.Level));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddNLog(new NLogProviderOptions { IncludeScopes = false }, _ => _log.Factory); // Kestrel opens one for each connection, and no line shows it
        builder.WebHost.UseKestrelCore().UseSockets(SocketTuning.Configure).ConfigureKestrel(_listeners.Configure);
        AddServices(builder.Services, options, source);
        return builder.Build();
    }

    // All that may fail, before anything is listened for: not in Build, whose failure would be nobody's to tell, and would leave open what it had opened.
    private void Open()
    {
        var services = _app.Services;
        services.GetRequiredService<IMessageSpool>();
        services.GetRequiredService<DefectReporter>();
        services.GetRequiredService<Heartbeat>().Add(services.GetRequiredService<DiscardedLinesReporter>());
        _listeners.Serve(services);
        _app.UseAdmin(_options with { Admin = _options.Admin with { Address = _activated.Resolve(_options.Admin.Address) } });
    }

    private void AddServices(IServiceCollection services, RelayOptions options, ConfigurationSource source) =>
        services
            .AddRelay(options)
            .Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout)
            .AddServiceManagers()
            .AddHostedService<ShutdownDrain>()
            .AddSingleton(_log)
            .AddSingleton<DiscardedLinesReporter>()
            .AddSingleton<DefectReporter>()
            .AddSingleton(_sockets)
            .AddSingleton<StartupReport>()
            .AddSingleton(source)
            .AddSingleton(_listeners)
            .AddSingleton<ConfigurationReloader>()
            .AddHostedService<HangupSignal>()
            .AddHostedService<ConfigurationWatcher>()
            .AddHostedService<CertificateWatcher>()
            .AddHostedService(static provider => new CompilerMemory(
                static () => JitInfo.GetCompiledMethodCount(),
                NativeHeap.TryTrim,
                provider.GetRequiredService<TimeProvider>()
            ))
            .AddOtlp(options)
            .AddEvents()
            .AddAdmin(options);
}
