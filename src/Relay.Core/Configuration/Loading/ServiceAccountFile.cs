using System.Security.Cryptography;
using System.Text.Json;

namespace Relay.Core.Configuration.Loading;

/// <summary>Reads the JSON key file that Google gives for a service account.</summary>
internal static class ServiceAccountFile
{
    /// <summary>Such a file has about 2 KiB.</summary>
    private const int LargestFile = 64 * 1024;

    /// <summary>Adds an error that names <paramref name="key"/> when the file cannot be used.</summary>
    public static void Check(string path, string key, ICollection<ConfigurationError> errors)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(Read(path).PrivateKey);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            errors.Add(new ConfigurationError(key, "its private_key is not an RSA key in PEM"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            errors.Add(new ConfigurationError(key, $"cannot be used: {failure.Message}"));
        }
    }

    /// <exception cref="InvalidDataException">It is no such file; the text holds nothing of it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it.</exception>
    public static ServiceAccountKey Read(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > LargestFile })
        {
            throw new InvalidDataException($"{path} is too large for a key file.");
        }

        using var document = TryParse(File.ReadAllBytes(path)) ?? throw new InvalidDataException($"{path} is not JSON.");
        return Read(document.RootElement, path);
    }

    // The cause of a failure may quote what is secret: it goes nowhere.
    private static JsonDocument? TryParse(byte[] text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ServiceAccountKey Read(JsonElement json, string path)
    {
        if (TextOf(json, "type") != "service_account")
        {
            throw new InvalidDataException($"{path} is not the key file of a service account: \"type\" is not \"service_account\".");
        }

        var endpoint = Required(json, "token_uri", path);
        return OAuth2Options.IsSafeEndpoint(endpoint)
            ? new ServiceAccountKey(
                Required(json, "client_email", path),
                endpoint,
                TextOf(json, "private_key_id"),
                Required(json, "private_key", path)
            )
            : throw new InvalidDataException($"{path}: \"token_uri\" does not begin with https://.");
    }

    private static string Required(JsonElement json, string name, string path) =>
        TextOf(json, name) is { Length: > 0 } text ? text : throw new InvalidDataException($"{path} has no \"{name}\".");

    private static string? TextOf(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
