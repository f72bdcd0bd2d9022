using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Relay.Core.Configuration;
using Relay.Events;

namespace Relay.Webhooks;

/// <summary>An event as it is posted (docs/webhooks.md), and its signature.</summary>
internal static class WebhookBody
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="id">The same at each try, so that a receiver can tell one that it has had.</param>
    /// <param name="happened">The event.</param>
    /// <param name="hostName">Of this relay.</param>
    public static byte[] Compose(string id, RelayEvent happened, string hostName)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("event", NameOf(happened.Kind));
            json.WriteString("at", happened.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("relay", hostName);
            json.WriteString("group", happened.Group);
            json.WriteString("upstream", happened.Upstream);
            json.WriteNumber("count", happened.Count);
            json.WriteString("text", TextOf(happened, hostName));
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>Lower camel case: <c>credentialsRefused</c>.</summary>
    public static string NameOf(EventKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    /// <summary>HMAC-SHA256 of time, dot and body: a receiver that looks at the time as well cannot be fed the same again later.</summary>
    public static string Sign(string secret, long unixSeconds, ReadOnlySpan<byte> body)
    {
        var time = unixSeconds.ToString(CultureInfo.InvariantCulture);
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.ASCII.GetBytes(time + "."));
        hash.AppendData(body);
        return $"t={time},v1={Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    // Chat services show this field and no other.
    private static string TextOf(RelayEvent happened, string hostName) =>
        happened.Count == 1
            ? $"{hostName}: {happened.Text}"
            : string.Create(CultureInfo.InvariantCulture, $"{hostName}: {happened.Text} ({happened.Count} times)");
}
