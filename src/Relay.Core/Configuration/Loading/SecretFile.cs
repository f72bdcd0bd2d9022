namespace Relay.Core.Configuration.Loading;

/// <summary>A file whose first line is a secret.</summary>
internal static class SecretFile
{
    /// <summary>The secret, or null and an error that names <paramref name="key"/>.</summary>
    public static string? Read(string path, string key, ICollection<ConfigurationError> errors)
    {
        try
        {
            if (File.ReadLines(path).FirstOrDefault() is { Length: > 0 } secret)
            {
                return secret;
            }

            errors.Add(new ConfigurationError(key, $"the first line of \"{path}\" is empty"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            errors.Add(new ConfigurationError(key, $"cannot be read: {failure.Message}"));
        }

        return null;
    }
}
