namespace Relay.ScenarioTests.Clients;

/// <summary>One message by one program over one kind of connection.</summary>
/// <param name="Program">The program's name.</param>
/// <param name="Protection">The connection.</param>
/// <param name="Mechanism">How it logs in, in the words of the EHLO reply; null: it does not.</param>
/// <param name="IsPasswordRight">Whether it knows its password.</param>
public sealed record Cell(string Program, Protection Protection, string? Mechanism, bool IsPasswordRight = true)
{
    /// <summary>Has what programs tend to quote wrongly: a blank, and characters that mean something in a URL.</summary>
    public const string RightPassword = "correct horse+%/";

    /// <summary>Each cell logs in as a user of its own, so that the relay's log tells which one came.</summary>
    public string User { get; } =
        $"{Program}-{Protection}-{Mechanism ?? "none"}{(IsPasswordRight ? "" : "-wrong")}".ToLowerInvariant().Replace(' ', '-');

    public string Password => IsPasswordRight ? RightPassword : "wrong horse";

    public string Recipient => User + "@example.net";

    public string Sender => User + "@example.com";

    /// <summary>RFC 3848: what the relay's Received field must call the connection.</summary>
    public string Protocol => "ESMTP" + (Protection == Protection.Plain ? "" : "S") + (Mechanism is null ? "" : "A");

    /// <summary>Text that is altered easily: dots at the begin of lines, eight bits, blanks at the end, a line that mailboxes quote.</summary>
    public static string Body =>
        ".\r\n..two dots\r\nGr\u00C3\u00BC\u00C3\u009Fe\r\nFrom here on = 100 %\r\n\r\nblanks at the end  \r\nlast\r\n";

    /// <summary>Header and body, each character one byte. It has each field that a program would add by itself.</summary>
    public string Message =>
        $"From: <{Sender}>\r\nTo: <{Recipient}>\r\nSubject: {User}\r\nDate: Mon, 01 Jan 2024 00:00:00 +0000\r\n"
        + $"Message-ID: <{User}@client.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        + $"Content-Transfer-Encoding: 8bit\r\n\r\n{Body}";

    /// <summary>Names the test.</summary>
    public override string ToString() => User;
}
