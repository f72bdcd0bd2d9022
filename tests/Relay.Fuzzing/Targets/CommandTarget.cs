using System.Buffers;
using System.Text;
using Relay.Core.Smtp;

namespace Relay.Fuzzing.Targets;

/// <summary>Command lines, their verbs and their parameters.</summary>
internal sealed class CommandTarget : FuzzTarget
{
    private static readonly string[] KnownVerbs =
    [
        "EHLO",
        "HELO",
        "MAIL",
        "RCPT",
        "DATA",
        "RSET",
        "NOOP",
        "VRFY",
        "HELP",
        "QUIT",
        "STARTTLS",
        "BDAT",
        "XCLIENT",
    ];

    public override IReadOnlyList<string> Words { get; } =
    [
        "\r\n",
        "\r",
        "\n",
        " ",
        "=",
        "\0",
        "MAIL FROM:<",
        ">",
        "SIZE=1",
        "RCPT TO:<",
        "NOOP",
        " HTTP/",
        "\u00c3\u00a9",
        "\u00ff",
        "BDAT 1 LAST",
    ];

    public override void Run(byte[] input, int way)
    {
        var expected = ExpectedLines(Encoding.Latin1.GetString(input)).ToArray();
        var found = new List<(CommandLineStatus, string)>();
        var lines = new CommandLineReader();
        var rest = Array.Empty<byte>();
        foreach (var piece in CutBetweenLines(input, way))
        {
            var buffer = new ReadOnlySequence<byte>([.. rest, .. piece]);
            CommandLineStatus status;
            while ((status = lines.Read(ref buffer, out var line)) != CommandLineStatus.Incomplete)
            {
                found.Add((status, status == CommandLineStatus.Whole ? Encoding.Latin1.GetString(line) : ""));
                Parse(status == CommandLineStatus.Whole ? line.ToArray() : []);
            }

            rest = buffer.ToArray();
            FuzzException.Unless(rest.Length <= CommandLineReader.MaximumLength + 1, $"{rest.Length} bytes are kept");
        }

        FuzzException.Unless(found.SequenceEqual(expected), $"{string.Join('|', found)} instead of {string.Join('|', expected)}");
    }

    private static IEnumerable<(CommandLineStatus, string)> ExpectedLines(string text)
    {
        var lines = text.Split("\r\n");
        foreach (var line in lines[..^1])
        {
            yield return line.Length > CommandLineReader.MaximumLength ? (CommandLineStatus.TooLong, "") : (CommandLineStatus.Whole, line);
        }

        if (lines[^1].EndsWith('\n'))
        {
            yield return (CommandLineStatus.BareNewline, "");
        }
    }

    private static void Parse(byte[] line)
    {
        var text = Encoding.Latin1.GetString(line);
        var isCommand = SmtpCommandParser.TryParse(line, out var command);
        FuzzException.Unless(
            !isCommand || !text.AsSpan().ContainsAny('\r', '\n', '\0'),
            "a line with CR, LF or NUL is taken for a command"
        );
        if (!isCommand)
        {
            return;
        }

        var word = text.Split(' ')[0];
        var isKnown = KnownVerbs.Contains(word, StringComparer.OrdinalIgnoreCase);
        FuzzException.Unless(isKnown == command.Verb is not (SmtpVerb.Unknown or SmtpVerb.NotImplemented), $"{word} is {command.Verb}");
        var argument = Encoding.Latin1.GetString(command.Argument);
        FuzzException.Unless(argument.Equals(text[word.Length..].Trim(' '), StringComparison.Ordinal), $"the argument is {argument}");
        Walk(command.Argument, argument);
    }

    private static void Walk(ReadOnlySpan<byte> argument, string text)
    {
        var parameters = new EsmtpParameters(argument);
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            FuzzException.Unless(parameters.MoveNext(), $"no parameter for {word}");
            var read =
                Encoding.Latin1.GetString(parameters.Keyword)
                + (word.Contains('=', StringComparison.Ordinal) ? "=" : "")
                + Encoding.Latin1.GetString(parameters.Value);
            FuzzException.Unless(read.Equals(word, StringComparison.Ordinal), $"{read} is read of {word}");
        }

        FuzzException.Unless(!parameters.MoveNext(), "a parameter of nothing");
    }
}
