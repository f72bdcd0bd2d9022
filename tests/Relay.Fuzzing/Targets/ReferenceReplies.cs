using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Relay.Fuzzing.Targets;

/// <summary>The replies in what a server said, found line by line with the whole text at hand.</summary>
/// <param name="Replies">Up to the first thing that is none.</param>
/// <param name="IsNonsense">Whether there is such a thing.</param>
internal sealed partial record ReferenceReplies(IReadOnlyList<(int Code, string Text)> Replies, bool IsNonsense)
{
    public static ReferenceReplies Of(byte[] said)
    {
        var replies = new List<(int, string)>();
        var texts = new List<string>();
        var code = 0;
        foreach (var whole in Encoding.Latin1.GetString(said).Split('\n')[..^1])
        {
            var line = Line().Match(whole.TrimEnd('\r'));
            var codeOfLine = line.Success ? int.Parse(line.Groups["code"].ValueSpan, CultureInfo.InvariantCulture) : 0;
            if (codeOfLine == 0 || (texts.Count > 0 && codeOfLine != code))
            {
                return new ReferenceReplies(replies, IsNonsense: true);
            }

            code = codeOfLine;
            texts.Add(Decode(line.Groups["text"].Value));
            if (!line.Groups["separator"].ValueSpan.SequenceEqual("-"))
            {
                replies.Add((code, string.Join('\n', texts).TrimStart('\n')));
                texts.Clear();
            }
        }

        return new ReferenceReplies(replies, IsNonsense: false);
    }

    private static string Decode(string latin1)
    {
        var bytes = Encoding.Latin1.GetBytes(latin1);
        return System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : latin1;
    }

    [GeneratedRegex(
        @"\A(?<code>[2-5][0-9][0-9])(?:(?<separator>[ -])(?<text>.*))?\z",
        RegexOptions.Singleline | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Line();
}
