using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Relay.Core.Configuration;

namespace Relay.Services;

/// <summary>
/// The listening sockets that systemd opened and handed over at the start (sd_listen_fds(3)): from descriptor 3 on, each with the name that its
/// .socket unit gives it. They stay open there while Relay restarts, so that clients wait for a moment and are not refused.
/// </summary>
internal sealed class ActivatedSockets
{
    private const int FirstDescriptor = 3;

    /// <summary>What systemd calls a descriptor that has no name.</summary>
    private const string Unnamed = "unknown";

    private readonly ILookup<string, int> _descriptors;
    private readonly string _whyNone;

    private ActivatedSockets(IEnumerable<(string Name, int Descriptor)> sockets, string whyNone)
    {
        _descriptors = sockets.ToLookup(static socket => socket.Name, static socket => socket.Descriptor, StringComparer.Ordinal);
        _whyNone = whyNone;
    }

    /// <summary>Those of this process.</summary>
    public static ActivatedSockets OfProcess() =>
        Read(
            Environment.GetEnvironmentVariable("LISTEN_PID"),
            Environment.GetEnvironmentVariable("LISTEN_FDS"),
            Environment.GetEnvironmentVariable("LISTEN_FDNAMES"),
            Environment.ProcessId
        );

    /// <summary>Reads what systemd said in the environment.</summary>
    /// <param name="processId">LISTEN_PID: for whom the sockets are; children inherit the variables and not the sockets.</param>
    /// <param name="count">LISTEN_FDS.</param>
    /// <param name="names">LISTEN_FDNAMES, separated by colons.</param>
    /// <param name="ownProcessId">Who asks.</param>
    public static ActivatedSockets Read(string? processId, string? count, string? names, int ownProcessId)
    {
        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            return new(
                [],
                "systemd handed over no socket (LISTEN_FDS is not set); start Relay by its .socket unit, or name an address and a port"
            );
        }

        if (processId != ownProcessId.ToString(CultureInfo.InvariantCulture))
        {
            return new([], $"systemd handed its sockets to process {processId}, and this is {ownProcessId}");
        }

        var given = string.IsNullOrEmpty(names) ? [] : names.Split(':');
        return new(
            Enumerable.Range(0, number).Select(index => (index < given.Length ? given[index] : Unnamed, FirstDescriptor + index)),
            ""
        );
    }

    /// <summary>All names, each once.</summary>
    public IEnumerable<string> Names => _descriptors.Select(static named => named.Key).Order(StringComparer.Ordinal);

    /// <summary>All sockets of a name, a unit may have several addresses under one; none where <see cref="WhyNot"/> says so.</summary>
    public IReadOnlyList<int> Named(string name) => [.. _descriptors[name]];

    /// <summary>Why nothing can be listened on under a name, in words; null where it can.</summary>
    public string? WhyNot(string name) =>
        _descriptors.Count == 0 ? _whyNone
        : !_descriptors.Contains(name) ? $"systemd handed over no socket of that name; there is {string.Join(", ", Names)}"
        : _descriptors[name].All(IsListening) ? null
        : "it is no stream socket that listens; the .socket unit needs ListenStream= and Accept=no";

    /// <summary>The address that stands behind <c>systemd:NAME</c>; any other, and one that cannot be listened on, as it is.</summary>
    public string Resolve(string address) =>
        SystemdAddress.TryGetName(address, out var name) && WhyNot(name) is null ? Describe(_descriptors[name].First()) : address;

    private static string Describe(int descriptor)
    {
        using var socket = Borrow(descriptor);
        return socket.LocalEndPoint switch
        {
            IPEndPoint ip => new EndpointAddress(ip.Address.ToString(), ip.Port, null).ToString(),
            { } other => $"unix:{other}",
            null => "",
        };
    }

    private static bool IsListening(int descriptor)
    {
        try
        {
            using var socket = Borrow(descriptor);
            return socket.SocketType == SocketType.Stream
                && socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is 1;
        }
        catch (SocketException)
        {
            return false; // a file, a pipe, or a number that nobody opened
        }
    }

    private static Socket Borrow(int descriptor) => new(new SafeSocketHandle(descriptor, ownsHandle: false));
}
