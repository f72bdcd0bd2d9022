using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MailKit.Security;
using MimeKit;

namespace SendMail;

/// <summary>The SMTP settings of an application: from <c>--key value</c> arguments, else from the environment, else the shipped Relay's.</summary>
internal sealed record MailSettings(string Host, int Port, SecureSocketOptions Security, string From, string To, string Subject)
{
    private static readonly string[] Keys = ["host", "port", "security", "from", "to", "subject"];

    public static bool TryRead(
        string[] arguments,
        Func<string, string?> environment,
        [NotNullWhen(true)] out MailSettings? settings,
        [NotNullWhen(false)] out string? error
    )
    {
        settings = null;
        if (!TryReadArguments(arguments, out var given, out error))
        {
            return false;
        }

        string Value(string key, string fallback) =>
            given.GetValueOrDefault(key) ?? environment($"SMTP_{key.ToUpperInvariant()}") ?? fallback;

        if (!int.TryParse(Value("port", "2525"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is 0 or > 65535)
        {
            error = $"\"{Value("port", "")}\" is not a port.";
            return false;
        }

        if (!Enum.TryParse<SecureSocketOptions>(Value("security", "StartTlsWhenAvailable"), ignoreCase: true, out var security))
        {
            error = $"\"{Value("security", "")}\" is not one of {string.Join(", ", Enum.GetNames<SecureSocketOptions>())}.";
            return false;
        }

        var (from, to) = (Value("from", "application@example.com"), Value("to", "someone@example.com"));
        if (!MailboxAddress.TryParse(from, out _) || !MailboxAddress.TryParse(to, out _))
        {
            error = $"\"{from}\" or \"{to}\" is not a mail address.";
            return false;
        }

        settings = new MailSettings(Value("host", "127.0.0.1"), port, security, from, to, Value("subject", "Hello"));
        return true;
    }

    private static bool TryReadArguments(string[] arguments, out Dictionary<string, string> given, [NotNullWhen(false)] out string? error)
    {
        (given, error) = (new Dictionary<string, string>(StringComparer.Ordinal), null);
        for (var index = 0; index < arguments.Length; index += 2)
        {
            var key = arguments[index].TrimStart('-');
            if (!arguments[index].StartsWith("--", StringComparison.Ordinal) || !Keys.Contains(key) || index + 1 == arguments.Length)
            {
                error =
                    $"\"{arguments[index]}\" is not understood. Use: SendMail {string.Join(' ', Keys.Select(known => $"[--{known} VALUE]"))}";
                return false;
            }

            given[key] = arguments[index + 1];
        }

        return true;
    }
}
