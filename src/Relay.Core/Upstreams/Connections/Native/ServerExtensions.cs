using System.Collections.Frozen;
using System.Globalization;
using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>What the reply to EHLO offers (RFC 5321 §4.1.1.1).</summary>
internal sealed class ServerExtensions
{
    /// <summary>Of a server that only knows HELO.</summary>
    public static readonly ServerExtensions None = new([]);

    private readonly HashSet<string> _keywords = new(StringComparer.OrdinalIgnoreCase);

    private ServerExtensions(IReadOnlyList<string> lines)
    {
        Lines = lines;
        var mechanisms = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines)
        {
            // "AUTH=LOGIN" beside "AUTH LOGIN" comes from servers that mean clients older than RFC 2554.
            var words = line.Split([' ', '='], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length > 0)
            {
                _keywords.Add(words[0]);
                Read(words[0].ToUpperInvariant(), line, words[1..], mechanisms);
            }
        }

        Mechanisms = [.. mechanisms];
    }

    /// <summary>As the server wrote them, its name left out.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>Of AUTH (RFC 4954 §3).</summary>
    public IReadOnlyList<string> Mechanisms { get; }

    /// <summary>Behind XCLIENT: what the server lets this client say of others. Empty when it is not offered.</summary>
    public IReadOnlySet<string> XClientAttributes { get; private set; } = FrozenSet<string>.Empty;

    /// <summary>SIZE (RFC 1870); null when not offered or unlimited.</summary>
    public long? MaximumSize { get; private set; }

    /// <summary>RCPTMAX of LIMITS (RFC 9422 §4.2).</summary>
    public int? MaximumRecipients { get; private set; }

    /// <summary>MAILMAX of LIMITS (RFC 9422 §4.1): transactions in one session.</summary>
    public int? MaximumTransactions { get; private set; }

    public bool Pipelining => Offers("PIPELINING");

    public bool Chunking => Offers("CHUNKING");

    public bool Size => Offers("SIZE");

    public bool EightBitMime => Offers("8BITMIME");

    public bool SmtpUtf8 => Offers("SMTPUTF8");

    public bool Dsn => Offers("DSN");

    public bool StartTls => Offers("STARTTLS");

    public bool RequireTls => Offers("REQUIRETLS");

    /// <param name="isVerified">Within TLS, and the server is the one it should be.</param>
    public UpstreamCapabilities CapabilitiesOf(bool isVerified) =>
        new(EightBitMime, SmtpUtf8, MaximumSize, Dsn, MaximumRecipients, RequireTls && isVerified);

    /// <param name="ehlo">A positive reply to EHLO.</param>
    public static ServerExtensions Of(SmtpReply ehlo) => new(ehlo.Text.Split('\n')[1..]);

    private bool Offers(string keyword) => _keywords.Contains(keyword);

    private void Read(string keyword, string line, string[] parameters, SortedSet<string> mechanisms)
    {
        switch (keyword)
        {
            case "AUTH":
                mechanisms.UnionWith(parameters);
                break;
            case "SIZE" when parameters.Length > 0 && long.TryParse(parameters[0], CultureInfo.InvariantCulture, out var size) && size > 0:
                MaximumSize = size;
                break;
            case "XCLIENT":
                XClientAttributes = parameters.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
                break;
            case "LIMITS":
                ReadLimits(line);
                break;
            default:
                break; // nothing behind the keyword that matters here
        }
    }

    private void ReadLimits(string line)
    {
        foreach (var limit in line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            var parts = limit.Split('=');
            if (parts.Length != 2 || !int.TryParse(parts[1], CultureInfo.InvariantCulture, out var value) || value <= 0)
            {
                continue; // RFC 9422 §3: what is not understood is passed over
            }

            MaximumRecipients = parts[0].Equals("RCPTMAX", StringComparison.OrdinalIgnoreCase) ? value : MaximumRecipients;
            MaximumTransactions = parts[0].Equals("MAILMAX", StringComparison.OrdinalIgnoreCase) ? value : MaximumTransactions;
        }
    }
}
