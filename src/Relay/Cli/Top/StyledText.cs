using System.Text;

namespace Relay.Cli.Top;

/// <summary>Text with colours in it: control sequences take no room.</summary>
internal static class StyledText
{
    private const char Escape = '\e';
    private const string Plain = "\e[0m";

    /// <summary>The first letters of a line, with their colours.</summary>
    /// <param name="line">Its only control sequences are those of colours, which end with m.</param>
    /// <param name="room">Letters at most.</param>
    public static string Cut(string line, int room)
    {
        var (cut, letters) = (new StringBuilder(), 0);
        for (var index = 0; index < line.Length; index++)
        {
            if (line[index] == Escape && line.IndexOf('m', index) is >= 0 and var end)
            {
                cut.Append(line, index, end - index + 1);
                index = end;
            }
            else if (letters == room)
            {
                return cut.Append(Plain).ToString();
            }
            else
            {
                cut.Append(line[index]);
                letters++;
            }
        }

        return cut.ToString();
    }
}
