namespace Relay.TestKit;

/// <summary>The public ways of writing an end of data that one server sees and another does not (sec-consult.com/blog/detail/smtp-smuggling-spoofing-e-mails-worldwide).</summary>
public static class SmugglingCases
{
    /// <summary>By name, as they are spoken of.</summary>
    public static IReadOnlyDictionary<string, string> Ends { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["LF.LF"] = "\n.\n",
            ["CR.CR"] = "\r.\r",
            ["CR.LF"] = "\r.\n",
            ["LF.CR"] = "\n.\r",
            ["LF.CRLF"] = "\n.\r\n",
            ["CRLF.LF"] = "\r\n.\n",
            ["CR.CRLF"] = "\r.\r\n",
            ["CRLF.CR"] = "\r\n.\r",
            ["CRLF NUL.CRLF"] = "\r\n\0.\r\n",
            ["CRLF.NUL CRLF"] = "\r\n.\0\r\n",
        };

    /// <summary>The message to be smuggled, from MAIL to the last byte of its content, sent by DATA or by BDAT.</summary>
    public static string Second(bool byChunk = false) =>
        byChunk
            ? "MAIL FROM:<smuggled@example.com>\r\nRCPT TO:<victim@example.com>\r\nBDAT 13 LAST\r\nSubject: z\r\n\r\n"
            : "MAIL FROM:<smuggled@example.com>\r\nRCPT TO:<victim@example.com>\r\nDATA\r\nSubject: y\r\n\r\nz";

    /// <summary>A message with such an end in its content, and a second one behind it.</summary>
    public static string Content(string end, bool byChunk = false) => "Subject: x\r\n\r\nfirst" + end + Second(byChunk);
}
