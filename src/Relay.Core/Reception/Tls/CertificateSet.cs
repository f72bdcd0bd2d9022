using System.Net.Security;

namespace Relay.Core.Reception.Tls;

/// <summary>Which certificate a client is shown: by the name it asks for, and of two for one name the one with ECDSA where the client can.</summary>
internal sealed class CertificateSet
{
    private readonly Dictionary<string, Pair> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Pair _default;

    /// <param name="certificates">The first is shown where no name matches.</param>
    public CertificateSet(IReadOnlyList<ServerCertificate> certificates)
    {
        All = certificates;
        foreach (var certificate in certificates)
        {
            foreach (var name in certificate.Names)
            {
                _byName[name] = _byName.GetValueOrDefault(name).With(certificate);
            }
        }

        if (certificates is [var first, ..])
        {
            _default = first.Names.Aggregate(default(Pair).With(first), (pair, name) => pair.With(_byName[name]));
        }
    }

    public IReadOnlyList<ServerCertificate> All { get; }

    /// <summary>Null when there is none at all.</summary>
    public SslStreamCertificateContext? Choose(ClientHello hello) => Find(hello.ServerName).Choose(hello.TakesEcdsa)?.Context;

    private Pair Find(string? name)
    {
        if (name is null)
        {
            return _default;
        }

        if (_byName.TryGetValue(name, out var pair))
        {
            return pair;
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && _byName.TryGetValue($"*{name[dot..]}", out pair) ? pair : _default;
    }

    /// <summary>The certificates of one name; of several of a kind the first.</summary>
    private readonly record struct Pair(ServerCertificate? Ecdsa, ServerCertificate? Other)
    {
        public Pair With(ServerCertificate certificate) =>
            certificate.IsEcdsa ? this with { Ecdsa = Ecdsa ?? certificate } : this with { Other = Other ?? certificate };

        public Pair With(Pair other) => new(Ecdsa ?? other.Ecdsa, Other ?? other.Other);

        public ServerCertificate? Choose(bool takesEcdsa) => takesEcdsa ? Ecdsa ?? Other : Other ?? Ecdsa;
    }
}
