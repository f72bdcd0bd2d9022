using MimeKit.Text;

namespace Relay.Core.Capture;

/// <summary>
/// Makes the HTML of a mail harmless by taking out what runs, what asks for something elsewhere without being clicked on, and what changes the page around it; pictures that
/// lie in the mail itself are put into it. It is the second wall: the first is the policy that the response carries, under which a browser runs and loads nothing.
/// </summary>
internal static class SafeHtml
{
    /// <summary>Characters of HTML that are shown; the rest is cut off.</summary>
    public const int MostCharacters = 2 * 1024 * 1024;

    /// <summary>Bytes of pictures that are put into one page.</summary>
    private const int MostPictures = 20 * 1024 * 1024;

    private static readonly HashSet<string> Forbidden = new(StringComparer.OrdinalIgnoreCase)
    {
        "script",
        "link",
        "meta",
        "base",
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "applet",
        "form",
        "input",
        "button",
        "select",
        "textarea",
        "portal",
        "audio",
        "video",
        "source",
        "track",
        "svg",
        "math",
        "template",
    };

    /// <summary>Attributes by which a page loads something.</summary>
    private static readonly HashSet<string> Loading = new(StringComparer.OrdinalIgnoreCase)
    {
        "src",
        "srcset",
        "background",
        "poster",
        "lowsrc",
        "dynsrc",
        "longdesc",
        "ping",
        "data",
        "action",
        "formaction",
        "manifest",
        "xlink:href",
    };

    private static readonly HashSet<string> Pictures = new(StringComparer.OrdinalIgnoreCase)
    {
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "image/bmp",
        "image/avif",
    };

    public static string Of(CapturedContent content)
    {
        var html = content.Html ?? "";
        html = html.Length > MostCharacters ? html[..MostCharacters] : html;
        var left = MostPictures;
        var converter = new HtmlToHtml
        {
            FilterComments = true,
            HtmlTagCallback = (tag, writer) => Write(tag, writer, content.Attachments, ref left),
        };
        return converter.Convert(html);
    }

    private static void Write(HtmlTagContext tag, HtmlWriter writer, IReadOnlyList<CapturedAttachment> attachments, ref int left)
    {
        if (Forbidden.Contains(tag.TagName))
        {
            tag.DeleteTag = true;
            tag.DeleteEndTag = true;
            tag.SuppressInnerContent = tag.TagId == HtmlTagId.Script;
            return;
        }

        if (tag.IsEndTag)
        {
            tag.WriteTag(writer);
            return;
        }

        tag.WriteTag(writer, writeAttributes: false);
        foreach (var attribute in tag.Attributes)
        {
            if (ValueOf(attribute, attachments, ref left) is { } value)
            {
                writer.WriteAttribute(attribute.Name, value);
            }
        }
    }

    /// <summary>Null for what has no place in a harmless page.</summary>
    private static string? ValueOf(HtmlAttribute attribute, IReadOnlyList<CapturedAttachment> attachments, ref int left)
    {
        var (name, value) = (attribute.Name, attribute.Value ?? "");
        if (name.StartsWith("on", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (string.Equals(name, "href", StringComparison.OrdinalIgnoreCase))
        {
            return IsLink(value) ? value : null;
        }

        return Loading.Contains(name) ? PictureOf(value, attachments, ref left) : value;
    }

    private static bool IsLink(string value) =>
        Uri.TryCreate(value.Trim(), UriKind.Absolute, out var uri)
            ? uri.Scheme is "http" or "https" or "mailto" or "tel"
            : value.TrimStart().StartsWith('#');

    private static string? PictureOf(string value, IReadOnlyList<CapturedAttachment> attachments, ref int left)
    {
        const string Scheme = "cid:";
        if (
            value.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase)
            && !value.StartsWith("data:image/svg", StringComparison.OrdinalIgnoreCase)
        )
        {
            return value;
        }

        if (!value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var id = Uri.UnescapeDataString(value[Scheme.Length..]).Trim('<', '>');
        var picture = attachments.FirstOrDefault(part => string.Equals(part.ContentId, id, StringComparison.Ordinal));
        if (picture is null || !Pictures.Contains(picture.ContentType) || picture.Content.Length > left)
        {
            return null;
        }

        left -= picture.Content.Length;
        return $"data:{picture.ContentType};base64,{Convert.ToBase64String(picture.Content)}";
    }
}
