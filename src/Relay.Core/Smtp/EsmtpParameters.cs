using System.Buffers;

namespace Relay.Core.Smtp;

/// <summary>Walks over the ESMTP parameters behind a path (RFC 5321 §4.1.2, esmtp-param) without copying them.</summary>
internal ref struct EsmtpParameters(ReadOnlySpan<byte> text)
{
    private static readonly SearchValues<byte> KeywordBytes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"u8
    );

    private ReadOnlySpan<byte> _rest = text;

    /// <summary>The parameter's name, in the client's case.</summary>
    public ReadOnlySpan<byte> Keyword { get; private set; }

    /// <summary>What stands behind the equals sign; empty when there is none.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Set when the current parameter is not of the form <c>keyword</c> or <c>keyword=value</c>.</summary>
    public bool IsMalformed { get; private set; }

    public bool MoveNext()
    {
        _rest = _rest.TrimStart((byte)' ');
        if (_rest.IsEmpty)
        {
            return false;
        }

        var end = _rest.IndexOf((byte)' ');
        var parameter = end < 0 ? _rest : _rest[..end];
        _rest = _rest[parameter.Length..];

        var equals = parameter.IndexOf((byte)'=');
        Keyword = equals < 0 ? parameter : parameter[..equals];
        Value = equals < 0 ? default : parameter[(equals + 1)..];
        IsMalformed =
            Keyword.IsEmpty
            || Keyword.ContainsAnyExcept(KeywordBytes)
            || (equals >= 0 && Value.IsEmpty)
            || Value.ContainsAnyInRange((byte)0, (byte)32)
            || Value.Contains((byte)127);
        return true;
    }
}
