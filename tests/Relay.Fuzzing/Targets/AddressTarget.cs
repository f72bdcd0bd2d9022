using System.Text;
using System.Text.RegularExpressions;
using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Fuzzing.Targets;

/// <summary>The path of MAIL: taken exactly where the grammar, written once more as an expression, takes it.</summary>
internal sealed partial class AddressTarget : FuzzTarget
{
    public override IReadOnlyList<string> Words { get; } =
    [
        "FROM:<",
        "\"",
        "\\",
        ">",
        "<",
        "@",
        ":",
        ",",
        "[",
        "]",
        "[IPv6:::1]",
        " ",
        ".",
        "postmaster",
        "\u00c3\u00a9",
        "\t",
        "\u007f",
        "@a.example,@b.example:",
        " BODY=8BITMIME",
        "%",
        "!",
    ];

    public override void Run(byte[] input, int way)
    {
        if (!SmtpCommandParser.TryParse([.. "MAIL "u8, .. input], out var command))
        {
            return;
        }

        var argument = Encoding.Latin1.GetString(command.Argument);
        var isTaken = PathParser.TryRead(command.Argument, "FROM:"u8, out var pathBytes, out var parameterBytes);
        var grammar = Argument().Match(argument);
        var path = Encoding.UTF8.GetString(pathBytes);
        var isExpected =
            grammar.Success
            && Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(grammar.Groups["path"].Value)).Length <= MailPath.MaximumLength;
        FuzzException.Unless(isTaken == isExpected, isTaken ? $"{path} is taken" : "it is not taken");
        if (!isTaken)
        {
            return;
        }

        var read = $"<{Encoding.Latin1.GetString(pathBytes)}>";
        FuzzException.Unless(argument["FROM:".Length..].TrimStart(' ').StartsWith(read, StringComparison.Ordinal), $"{read} is read");
        FuzzException.Unless(
            argument.EndsWith(Encoding.Latin1.GetString(parameterBytes), StringComparison.Ordinal),
            "the parameters are others"
        );
        var held = new MailPath(path);
        FuzzException.Unless(held.ToString().Equals($"<{path}>", StringComparison.Ordinal), $"{held} is held of {path}");
        FuzzException.Unless(!path.Any(char.IsAsciiLetterOrDigit) || held.Mailbox.Length > 0, "there is no mailbox in it");
    }

    // Bytes as characters of Latin-1. RFC 5321 §4.1.2, wider in what a local part may hold, narrower in the literals of a source route (PathParser).
    [GeneratedRegex(
        """
            ^FROM:\ *<(?<path>|
              (?:@(?:(?!\.)[^\x00-\x20\x7f()<>\[\]:;@\\,"!#$%&'*+/=?^`{|}~]+|\[[^\x00-\x20\x7f\[\]\\<>":,]+\])
                (?:,@(?:(?!\.)[^\x00-\x20\x7f()<>\[\]:;@\\,"!#$%&'*+/=?^`{|}~]+|\[[^\x00-\x20\x7f\[\]\\<>":,]+\]))*:)?
              (?:postmaster|
                (?:[^\x00-\x20\x7f()<>\[\]:;@\\,"]+|"(?:\\[^\x00-\x1f\x7f]|[^"\\\x00-\x1f\x7f])*")
                @(?:(?!\.)[^\x00-\x20\x7f()<>\[\]:;@\\,"!#$%&'*+/=?^`{|}~]+|\[[^\x00-\x20\x7f\[\]\\<>"]+\])))>(?:\ .*)?\z
            """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Argument();
}
