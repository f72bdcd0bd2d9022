using System.Globalization;
using System.Text;
using Relay.TestKit;

namespace Relay.Fuzzing;

/// <summary>
/// The seeds of a target: a line each, escaped as in C#, so that what they hold can be read and no tool mends their line ends. A number in front, as in
/// <c>\(4711)</c>, is the way in which the rest was found.
/// </summary>
internal static class Corpus
{
    public static IReadOnlyList<FuzzCase> Of(FuzzTarget target) =>
        [
            .. File.ReadLines(Repository.PathOf($"tests/Relay.Fuzzing/Corpus/{target.Name}.txt"))
                .Where(static line => line.Length > 0 && !line.StartsWith('#'))
                .Select(Read),
        ];

    /// <summary>As a line of the corpus.</summary>
    public static string Line(FuzzCase one) => string.Create(CultureInfo.InvariantCulture, $"\\({one.Way}){Escape(one.Input)}");

    private static FuzzCase Read(string line)
    {
        if (!line.StartsWith("\\(", StringComparison.Ordinal))
        {
            return new(Unescape(line), 0);
        }

        var end = line.IndexOf(')', StringComparison.Ordinal);
        return new(Unescape(line[(end + 1)..]), int.Parse(line.AsSpan(2, end - 2), CultureInfo.InvariantCulture));
    }

    private static string Escape(byte[] bytes)
    {
        var line = new StringBuilder();
        foreach (var value in bytes)
        {
            _ = value switch
            {
                (byte)'\r' => line.Append("\\r"),
                (byte)'\n' => line.Append("\\n"),
                (byte)'\\' => line.Append("\\\\"),
                < 32 or > 126 => line.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}"),
                _ => line.Append((char)value),
            };
        }

        return line.ToString();
    }

    // \{text*count} is text so many times: a line that is too long need not be one here.
    private static byte[] Unescape(string line)
    {
        using var bytes = new MemoryStream();
        for (var index = 0; index < line.Length; index++)
        {
            if (line[index] != '\\')
            {
                bytes.Write(Encoding.UTF8.GetBytes(line, index, 1));
                continue;
            }

            index++;
            switch (line[index])
            {
                case 'x':
                    bytes.WriteByte(byte.Parse(line.AsSpan(index + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    index += 2;
                    break;
                case '{':
                    var end = line.IndexOf('}', index);
                    var (text, count) = (line[(index + 1)..line.IndexOf('*', index)], line[(line.IndexOf('*', index) + 1)..end]);
                    var times = int.Parse(count, CultureInfo.InvariantCulture);
                    bytes.Write([.. Enumerable.Repeat(Unescape(text), times).SelectMany(static one => one)]);
                    index = end;
                    break;
                default:
                    bytes.WriteByte(
                        (byte)(
                            line[index] switch
                            {
                                'r' => '\r',
                                'n' => '\n',
                                '0' => '\0',
                                _ => line[index],
                            }
                        )
                    );
                    break;
            }
        }

        return bytes.ToArray();
    }
}
