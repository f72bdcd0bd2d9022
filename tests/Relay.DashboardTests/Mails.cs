using System.Text;

namespace Relay.DashboardTests;

/// <summary>Messages as they go over the wire: an ordinary one, and a frame for those that mean harm.</summary>
internal static class Mails
{
    /// <summary>HTML, text, a link, an image within, an attachment.</summary>
    public const string Newsletter =
        "From: Shop <shop@example.com>\r\nTo: someone@captured.test\r\nSubject: Your order 4711 is on its way\r\nMessage-ID: <order-4711@example.com>\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n"
        + "--a\r\nContent-Type: text/plain\r\n\r\nYour order 4711 is on its way.\r\n"
        + "--a\r\nContent-Type: text/html\r\n\r\n<div style=\"font-family:sans-serif;max-width:34rem;margin:auto\"><h1 style=\"color:#2a55c4\">It is on its way!</h1>"
        + "<p>Dear customer,</p><p>your order <b>4711</b> left our warehouse this morning. It should be with you on Thursday.</p>"
        + "<table style=\"border-collapse:collapse\"><tr><td style=\"padding:6px;border:1px solid #ccc\">1 &times; Desk lamp</td><td style=\"padding:6px;border:1px solid #ccc\">29.00</td></tr></table>"
        + "<p><a href=\"https://shop.example.com/track/4711\">Follow the parcel</a></p></div>\r\n--a--\r\n"
        + "--m\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=\"invoice.csv\"\r\n\r\nitem,price\r\nDesk lamp,29.00\r\n--m--\r\n";

    /// <summary>A mail that is nothing but this HTML, as far as lines may be long.</summary>
    public static string Html(string html, string subject = "hostile") =>
        $"From: stranger@example.net\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + Convert.ToBase64String(Encoding.UTF8.GetBytes(html), Base64FormattingOptions.InsertLineBreaks)
        + "\r\n";
}
