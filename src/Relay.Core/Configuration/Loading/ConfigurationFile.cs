using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace Relay.Core.Configuration.Loading;

/// <summary>Reads a JSON file (comments and trailing commas allowed) into flat keys, and says where its syntax is wrong.</summary>
internal static class ConfigurationFile
{
    /// <summary>The keys of the file; empty, with an error added, when it cannot be read.</summary>
    public static IReadOnlyDictionary<string, string?> Read(string path, ICollection<ConfigurationError> errors) =>
        Read(() => File.OpenRead(path), path, errors);

    /// <summary>The same of a text that is no file yet.</summary>
    public static IReadOnlyDictionary<string, string?> ReadText(string text, ICollection<ConfigurationError> errors) =>
        Read(() => new MemoryStream(Encoding.UTF8.GetBytes(text)), "the configuration", errors);

    private static Dictionary<string, string?> Read(Func<Stream> open, string path, ICollection<ConfigurationError> errors)
    {
        try
        {
            using var stream = open();
            var provider = new JsonStreamConfigurationProvider(new JsonStreamConfigurationSource { Stream = stream });
            using var root = new ConfigurationRoot([provider]);
            return Flatten(provider, root);
        }
        catch (Exception failure) when (failure is FormatException or JsonException or IOException or UnauthorizedAccessException)
        {
            errors.Add(new ConfigurationError(path, Describe(failure)));
            return new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        }
    }

    /// <summary>Keeps keys that were written without a value (<c>null</c>, <c>{}</c>), which enumeration alone cannot tell from mere parents.</summary>
    private static Dictionary<string, string?> Flatten(JsonStreamConfigurationProvider provider, ConfigurationRoot root)
    {
        var keys = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, _) in root.AsEnumerable())
        {
            if (provider.TryGet(key, out var value))
            {
                keys.Add(key, value);
            }
        }

        return keys;
    }

    private static string Describe(Exception failure) =>
        failure switch
        {
            FileNotFoundException or DirectoryNotFoundException => "the file does not exist",
            UnauthorizedAccessException => "the file may not be read by this user",
            IOException => $"the file cannot be read: {failure.Message}",
            JsonException syntax => DescribeSyntax(syntax),
            { InnerException: JsonException syntax } => DescribeSyntax(syntax),
            _ => failure.Message, // a key that is given twice, or a file that holds something else than an object
        };

    private static string DescribeSyntax(JsonException syntax)
    {
        // The parser counts lines and positions from zero and repeats them in its text.
        var end = syntax.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var text = end < 0 ? syntax.Message : syntax.Message[..end];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"line {syntax.LineNumber + 1}, position {syntax.BytePositionInLine + 1}: {text}"
        );
    }
}
