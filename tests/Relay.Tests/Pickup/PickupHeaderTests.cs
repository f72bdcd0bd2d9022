using System.Text;
using Relay.Core.Pickup;

namespace Relay.Tests.Pickup;

public sealed class PickupHeaderTests
{
    [TestCase("\r\n")]
    [TestCase("\n")]
    public void Envelope_fields_are_taken_out_and_the_rest_stays_as_it_is(string end)
    {
        var text = string.Join(
            end,
            "X-Sender: a@x.test",
            "X-Receiver: b@x.test",
            "x-receiver:<c@x.test>",
            "Subject: hi",
            " there",
            "",
            "X-Receiver: body"
        );

        var header = Read(text)!;

        Assert.That(header.Senders, Is.EqualTo([" a@x.test"]));
        Assert.That(header.Receivers, Is.EqualTo([" b@x.test", "<c@x.test>"]));
        Assert.That(Kept(header), Is.EqualTo($"Subject: hi{end} there{end}{end}"));
        Assert.That(text[header.Length..], Is.EqualTo("X-Receiver: body"));
    }

    [Test]
    public void A_blind_recipient_is_found_wherever_its_field_stands_and_however_it_is_folded()
    {
        var header = Read("Subject: s\r\nX-Receiver:\r\n\tblind@x.test\r\nTo: b@x.test\r\n\r\n")!;

        Assert.That(header.Receivers.Select(static text => text.Trim()), Is.EqualTo(["blind@x.test"]));
        Assert.That(Kept(header), Does.Not.Contain("blind"));
    }

    [Test]
    public void A_section_that_does_not_end_in_what_was_read_is_none()
    {
        Assert.That(Read("X-Sender: a@x.test\r\nSubj", isAll: false), Is.Null);
        Assert.That(Read("X-Sender: a@x.test\r\nSubject: x", isAll: true), Is.Not.Null);
    }

    [TestCase("X-Receiver: b@x.test\n\n", "There is no X-Sender field.")]
    [TestCase("X-Sender: a@x.test\n\n", "There is no X-Receiver field.")]
    [TestCase("X-Sender: a@x.test\nX-Sender: b@x.test\nX-Receiver: b@x.test\n\n", "There is more than one X-Sender field.")]
    [TestCase(
        "X-Sender: a@x.test\nX-Receiver: b@x.test\nX-Receiver: b@x.test\nX-Receiver: b@x.test\n\n",
        "There are more than 2 X-Receiver fields."
    )]
    [TestCase("X-Sender: a@x.test\nX-Receiver: nobody\n\n", "X-Receiver is not an address: nobody")]
    [TestCase(
        "X-Sender: a@x.test\nX-Receiver: b@x.test> NOTIFY=NEVER <c@x.test\n\n",
        "X-Receiver is not an address: b@x.test> NOTIFY=NEVER <c@x.test"
    )]
    [TestCase("X-Sender: a@x.test\nX-Receiver: <>\n\n", "X-Receiver is not an address: <>")]
    [TestCase("X-Sender:\nX-Receiver: b@x.test\n\n", "X-Sender is not an address: ")]
    public void What_is_no_envelope_is_said_in_a_sentence(string text, string problem) =>
        Assert.That(PickupEnvelope.Read(Read(text)!, mostRecipients: 2).Problem, Is.EqualTo(problem));

    [TestCase("a@x.test", "<a@x.test>")]
    [TestCase(" <a@x.test> ", "<a@x.test>")]
    [TestCase("<>", "<>")]
    public void A_sender_may_have_brackets_and_may_be_nobody(string written, string sender) =>
        Assert.That(
            PickupEnvelope.Read(Read($"X-Sender: {written}\nX-Receiver: b@x.test\n\n")!, mostRecipients: 2).Sender?.ToString(),
            Is.EqualTo(sender)
        );

    private static PickupHeader? Read(string text, bool isAll = true) => PickupHeader.Read(Encoding.Latin1.GetBytes(text), isAll);

    private static string Kept(PickupHeader header) =>
        string.Concat(header.Kept.Select(static line => Encoding.Latin1.GetString(line.Span)));
}
