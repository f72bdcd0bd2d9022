using Relay.Core.Capture;

namespace Relay.Dashboard.Mail;

/// <summary>What an open page keeps of a mail: not its HTML, nor what is attached to it, which may be many megabytes for each page.</summary>
/// <param name="Headers">Name and decoded value of each field, in order.</param>
/// <param name="Text">Its plain text; null when it has none.</param>
/// <param name="HasHtml">There is HTML to be asked for.</param>
/// <param name="IsHtmlCut">There is more of it than is shown.</param>
/// <param name="Links">Those of the HTML.</param>
/// <param name="Attachments">The place is the number by which one is asked for.</param>
internal sealed record OpenedMail(
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    string? Text,
    bool HasHtml,
    bool IsHtmlCut,
    IReadOnlyList<string> Links,
    IReadOnlyList<OpenedMail.Attachment> Attachments
)
{
    /// <summary>More would choke the browser; the whole is in the download.</summary>
    private const int MostText = 256 * 1024;

    private const int MostFields = 500;

    public static OpenedMail Of(CapturedContent content)
    {
        var html = content.Html;
        var isCut = html?.Length > SafeHtml.MostCharacters;
        return new OpenedMail(
            [.. content.Headers.Take(MostFields).Select(static field => KeyValuePair.Create(field.Key, Cut(field.Value)))],
            content.Text is { } text ? Cut(text) : null,
            html is not null,
            isCut,
            html is null ? [] : HtmlLinks.Of(isCut ? html[..SafeHtml.MostCharacters] : html),
            [
                .. content
                    .Attachments.Take(MostFields)
                    .Select(static part => new Attachment(part.Name, part.ContentType, part.Content.Length)),
            ]
        );
    }

    private static string Cut(string text) =>
        text.Length <= MostText ? text : $"{text[..MostText]}\n… cut off here; the download has all of it.";

    internal sealed record Attachment(string Name, string ContentType, int Size);
}
