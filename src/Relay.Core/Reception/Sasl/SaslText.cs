using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Relay.Core.Reception.Sasl;

/// <summary>Text in what a client sends: UTF-8, and nothing that only looks like it.</summary>
internal static class SaslText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? text)
    {
        text = System.Text.Unicode.Utf8.IsValid(bytes) ? Strict.GetString(bytes) : null;
        return text is not null;
    }
}
