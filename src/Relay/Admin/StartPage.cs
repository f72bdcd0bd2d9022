using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Capture;
using Relay.Core.Upstreams;

namespace Relay.Admin;

/// <summary><c>GET /</c>: a plain page that shows the upstreams and the captured mail to whoever opens the admin address in a browser.</summary>
internal static class StartPage
{
    private const int ShownMails = 100;

    private const string Head = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="refresh" content="5">
        <title>Relay</title>
        <style>
        :root { color-scheme: light dark; }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.6rem; margin: 0; }
        h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
        div { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; padding: .35rem .75rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
        th { font-weight: 600; }
        th, td:nth-child(-n+2) { white-space: nowrap; }
        td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
        p { color: color-mix(in srgb, currentColor 70%, transparent); }
        .bad { color: #c62828; font-weight: 600; }
        </style>
        </head>
        <body>
        <h1>Relay</h1>
        """;

    public static ContentHttpResult Show(TopologyManager topology, CaptureMailboxes mailboxes)
    {
        var page = new StringBuilder(Head);
        AddUpstreams(page, UpstreamItem.All(topology));
        AddCaptured(page, mailboxes.List(after: null, ShownMails));
        page.Append("</body>\n</html>\n");
        return TypedResults.Content(page.ToString(), "text/html; charset=utf-8");
    }

    private static void AddUpstreams(StringBuilder page, IReadOnlyList<UpstreamItem> upstreams)
    {
        page.Append("\n<h2>Upstreams</h2>\n<div><table>\n<tr><th>Group<th>Name<th>Address<th>State<th class=n>Weight<th>Agent");
        page.Append(
            "<th class=n>In flight<th class=n>Delivered<th class=n>Deferred<th class=n>Rejected<th class=n>Failed<th class=n>Uncertain<th class=n>ms</tr>\n"
        );
        foreach (var upstream in upstreams)
        {
            var isWell = upstream.State is "healthy" or "slowStart" or "draining";
            page.Append("<tr>");
            AddText(page, upstream.Group);
            AddText(page, upstream.Backup ? $"{upstream.Name} (backup)" : upstream.Name);
            AddText(page, upstream.Address);
            page.Append(isWell ? "<td>" : "<td class=bad>").Append(Encode(StateOf(upstream)));
            AddNumber(page, upstream.Weight);
            AddText(page, upstream.Agent ?? "");
            AddNumber(page, upstream.InFlight);
            AddNumber(page, upstream.Delivered);
            AddNumber(page, upstream.Deferred);
            AddNumber(page, upstream.Rejected);
            AddNumber(page, upstream.Failed);
            AddNumber(page, upstream.Uncertain);
            AddNumber(page, upstream.LatencyMs);
            page.Append("</tr>\n");
        }

        page.Append("</table></div>\n");
    }

    private static string StateOf(UpstreamItem upstream)
    {
        var since = upstream.Reason.Length > 0 && upstream.Since is { } at ? $" (since {at:yyyy-MM-dd HH:mm:ss}Z)" : "";
        return upstream.Reason.Length > 0 ? $"{upstream.State}: {upstream.Reason}{since}" : upstream.State;
    }

    private static void AddCaptured(StringBuilder page, IReadOnlyList<CapturedMessage> messages)
    {
        page.Append("<h2>Captured mail</h2>\n");
        if (messages.Count == 0)
        {
            page.Append("<p>Mail that goes to an upstream of the kind Capture is kept and shown here. There is none.</p>\n");
            return;
        }

        page.Append("<div><table>\n<tr><th>Received<th>Mailbox<th>From<th>To<th>Subject<th class=n>Bytes</tr>\n");
        foreach (var message in messages)
        {
            page.Append("<tr>");
            AddText(page, message.ReceivedAt.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            AddText(page, $"{message.Group}/{message.Upstream}");
            AddText(page, message.Envelope.Sender.ToString());
            AddText(page, string.Join(", ", message.Envelope.Recipients.Select(recipient => recipient.Path.Text)));
            page.Append("<td><a href=\"/api/v1/captured/").Append(message.Id).Append("/message\">");
            page.Append(Encode(string.IsNullOrWhiteSpace(message.Subject) ? "(no subject)" : message.Subject)).Append("</a>");
            AddNumber(page, message.Size);
            page.Append("</tr>\n");
        }

        page.Append("</table></div>\n");
    }

    private static void AddText(StringBuilder page, string text) => page.Append("<td>").Append(Encode(text));

    private static void AddNumber(StringBuilder page, double number) =>
        page.Append("<td class=n>").Append(number.ToString("0.#", CultureInfo.InvariantCulture));

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
