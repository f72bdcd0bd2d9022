using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Relay.Simulation.Doors;

/// <summary>Writes PROXY headers, as text whose characters stand for bytes.</summary>
internal static class ProxyText
{
    private const string Signature = "\r\n\r\n\0\r\nQUIT\n";

    /// <summary>Version 1.</summary>
    public static string Line(IPAddress client) =>
        client.GetAddressBytes().Length == 4
            ? $"PROXY TCP4 {client} {DoorRules.Balancer} 4711 25\r\n"
            : $"PROXY TCP6 {client} 2001:db8::1 4711 25\r\n";

    /// <summary>Version 2, with what else a balancer may have to tell.</summary>
    public static string Binary(IPAddress client, int extra)
    {
        var source = client.GetAddressBytes();
        byte[] ports = [0x12, 0x67, 0, 25];
        return Frame(0x21, source.Length == 4 ? (byte)0x11 : (byte)0x21, [.. source, .. source, .. ports, .. new byte[extra]]);
    }

    /// <summary>The balancer speaks for itself.</summary>
    public static string Local(int extra) => Frame(0x20, 0, new byte[extra]);

    /// <summary>The balancer's client came by a unix socket.</summary>
    public static string Unix() => Frame(0x21, 0x31, new byte[216]);

    public const string Unknown = "PROXY UNKNOWN\r\n";

    private static string Frame(byte command, byte family, byte[] behind)
    {
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)behind.Length);
        return Signature + Encoding.Latin1.GetString([command, family, .. length, .. behind]);
    }
}
