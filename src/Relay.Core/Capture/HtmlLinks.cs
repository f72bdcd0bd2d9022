using MimeKit.Text;

namespace Relay.Core.Capture;

/// <summary>The links of a mail's HTML, for people to look at before they follow one: only such that lead to the web or to a mailbox.</summary>
internal static class HtmlLinks
{
    private const int Most = 200;
    private const int Longest = 2048;

    private static readonly string[] Schemes = [Uri.UriSchemeHttp, Uri.UriSchemeHttps, Uri.UriSchemeMailto];

    /// <summary>In order, each once.</summary>
    public static IReadOnlyList<string> Of(string html)
    {
        var tokenizer = new HtmlTokenizer(new StringReader(html));
        List<string> links = [];
        var known = new HashSet<string>(StringComparer.Ordinal);
        while (links.Count < Most && tokenizer.ReadNextToken(out var token))
        {
            if (
                token is HtmlTagToken { IsEndTag: false, Id: HtmlTagId.A or HtmlTagId.Area } tag
                && Read(tag) is { } link
                && known.Add(link)
            )
            {
                links.Add(link);
            }
        }

        return links;
    }

    private static string? Read(HtmlTagToken tag)
    {
        var text = tag.Attributes.FirstOrDefault(static attribute => attribute.Id == HtmlAttributeId.Href)?.Value?.Trim();
        return
            text is { Length: > 0 and <= Longest }
            && Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && Schemes.Contains(uri.Scheme, StringComparer.Ordinal)
            ? uri.AbsoluteUri
            : null;
    }
}
