using Relay.Core.Messages;
using Relay.Core.Reception.Extensions;
using Relay.Core.Smtp;

namespace Relay.Tests.Reception;

/// <summary>What RFC 5321 §4 and the extensions demand of any server, and no other test is about; docs/smtp-conformance.md has the list.</summary>
internal sealed class RequirementTests : ReceptionFixture
{
    /// <summary>RFC 5321 §4.1.4, and §4.1.1.5: RSET closes nothing.</summary>
    [TestCase("NOOP", "250 ")]
    [TestCase("HELP", "214 ")]
    [TestCase("VRFY somebody", "252 ")]
    [TestCase("RSET", "250 ")]
    public async Task What_needs_no_transaction_needs_no_EHLO(string line, string reply)
    {
        var client = ConnectRaw();
        await client.ReadReplyAsync();

        Assert.That(await client.SayAsync(line), Does.StartWith(reply));
        Assert.That(await client.SayAsync(line), Does.StartWith(reply), "the session goes on");
    }

    /// <summary>RFC 5321 §4.1.1.6, §4.1.1.8, §4.1.1.9, §4.1.4: neither these nor what is refused changes the state.</summary>
    [TestCase("NOOP", "250 ")]
    [TestCase("HELP", "214 ")]
    [TestCase("VRFY somebody", "252 ")]
    [TestCase("EHLO", "501 ")]
    [TestCase("EHLO a\tb", "501 ")]
    [TestCase("HELO", "501 ")]
    [TestCase("RSET now", "501 ")]
    [TestCase("DATA now", "501 ")]
    [TestCase("MAIL FROM:<c@example.com>", "503 ")]
    [TestCase("RCPT TO:<c", "501 ")]
    [TestCase("RCPT TO:<c@example.com> COLOUR=blue", "555 ")]
    [TestCase("EXPN list", "502 ")]
    [TestCase("XYZZY", "500 ")]
    public async Task A_transaction_outlives(string line, string reply)
    {
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>");

        Assert.That(await client.SayAsync(line), Does.StartWith(reply));

        await client.SayAllAsync("DATA", "a\r\n.");
        var envelope = Sink.Messages.Single().Message.Envelope;
        Assert.That(envelope.Sender.Text, Is.EqualTo("a@example.com"));
        Assert.That(envelope.Recipients.Select(recipient => recipient.Path.Text), Is.EqualTo(["b@example.com"]));
    }

    /// <summary>RFC 5321 §3.2: no list of extensions to HELO.</summary>
    [Test]
    public async Task HELO_is_answered_with_the_name_alone()
    {
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync("HELO client.example.com"), Is.EqualTo("250 relay.example.com"));
    }

    /// <summary>RFC 5321 §4.5.3.1.1 to §4.5.3.1.4: no server may take less.</summary>
    [Test]
    public async Task Names_paths_and_lines_may_be_as_long_as_every_server_must_take_them()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 63), 4))[..255];
        var path = $"{new string('l', 64)}@{domain[..(254 - 65)]}";
        var client = await ConnectAsync();

        await client.SayAllAsync(
            $"EHLO {domain}",
            "NOOP " + new string('n', 512 - "NOOP \r\n".Length),
            $"MAIL FROM:<{path}>",
            $"RCPT TO:<{new string('l', 64)}@example.com>",
            $"RCPT TO:<{path}>"
        );
    }

    /// <summary>RFC 5321 §4.5.3.1.6 and §4.5.3.1.7.</summary>
    [Test]
    public async Task A_line_of_1000_octets_and_64_KiB_of_them_are_taken()
    {
        var text = string.Concat(Enumerable.Repeat(new string('t', 998) + "\r\n", 66));
        var client = await ConnectToDataAsync();

        await client.SendRawAsync(text + ".\r\n");

        Assert.That(await client.ReadReplyAsync(), Does.StartWith("250 "));
        Assert.That(Sink.Messages.Single().Body, Does.EndWith(text));
    }

    /// <summary>RFC 5321 §4.5.3.1.8.</summary>
    [Test]
    public async Task A_hundred_recipients_are_taken()
    {
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>");
        await client.SayAllAsync([.. Enumerable.Range(0, 100).Select(number => $"RCPT TO:<r{number}@example.com>")]);
        await client.SayAllAsync("DATA", "a\r\n.");

        Assert.That(Sink.Messages.Single().Message.Envelope.Recipients, Has.Count.EqualTo(100));
    }

    /// <summary>RFC 5321 §4.5.2: control characters too.</summary>
    [Test]
    public async Task Every_character_of_ASCII_but_NUL_and_lone_newlines_passes()
    {
        var text = string.Concat(Enumerable.Range(1, 127).Select(code => (char)code).Where(character => character is not ('\r' or '\n')));
        var client = await ConnectToDataAsync();

        await client.SendRawAsync($"Subject: a\r\n\r\n{text}\r\n.\r\n");

        Assert.That(await client.ReadReplyAsync(), Does.StartWith("250 "));
        Assert.That(Sink.Messages.Single().Body, Does.EndWith($"Subject: a\r\n\r\n{text}\r\n"));
    }

    /// <summary>RFC 5321 §4.4: fields that are there already are neither changed, nor moved, nor taken out, Return-Path among them.</summary>
    [Test]
    public async Task The_trace_of_a_message_stays_as_it_was_behind_the_new_field()
    {
        const string Trace =
            "Return-Path: <x@example.org>\r\nReceived: from b\r\n\tby c; today\r\nreceived: from a by b\r\nSubject: a\r\n\r\n";
        var client = await ConnectToDataAsync();

        await client.SendRawAsync(Trace + ".\r\n");

        Assert.That(await client.ReadReplyAsync(), Does.StartWith("250 "));
        Assert.That(Sink.Messages.Single().Body, Does.Match("^Received: from [^\r]+(\r\n\t[^\r]+)*\r\nReturn-Path: ").And.EndsWith(Trace));
    }

    /// <summary>RFC 5321 §2.4: the local part keeps its case; §4.5.1: Postmaster has none.</summary>
    [Test]
    public async Task The_case_of_an_address_is_kept_and_Postmaster_is_known_in_any()
    {
        var client = await ConnectAsync();
        await client.SayAllAsync("mAiL fRoM:<MiXed@Example.COM>", "RCPT TO:<PostMaster>", "rcpt to:<OTHER@example.com>", "DATA", ".");

        var envelope = Sink.Messages.Single().Message.Envelope;
        Assert.That(envelope.Sender.Text, Is.EqualTo("MiXed@Example.COM"));
        Assert.That(envelope.Recipients.Select(recipient => recipient.Path.Text), Is.EqualTo(["PostMaster", "OTHER@example.com"]));
    }

    /// <summary>RFC 5321 §4.2.4: nothing is listed that is then answered 500 or 502.</summary>
    [Test]
    public async Task What_EHLO_lists_is_implemented()
    {
        Settings = Settings with { XClientFrom = new(["127.0.0.1/32"]) };
        var client = await ConnectAsync();
        var offered = (await client.SayAsync("EHLO me")).Split('\n').Skip(1).Select(line => line[4..].Split(' ')[0]).ToList();

        Assert.That(offered, Is.SupersetOf(["CHUNKING", "XCLIENT"]));
        Assert.That(await client.SayAsync("BDAT 0 LAST"), Does.StartWith("503 "));
        Assert.That(await client.SayAsync("XCLIENT ADDR=[UNAVAILABLE]"), Does.StartWith("220 "));
    }

    /// <summary>RFC 5321 §4.2, §4.5.3.1.5; RFC 2034 §4: the enhanced code is of the same class, and intermediate replies have none.</summary>
    [Test]
    public void Fixed_replies_are_short_and_their_codes_fit_together()
    {
        var replies = typeof(Replies).GetFields().Select(field => field.GetValue(null)).OfType<SmtpReply>().ToList();

        Assert.That(replies, Has.Count.GreaterThan(50));
        foreach (var reply in replies)
        {
            Assert.That(reply.Code / 100, Is.InRange(2, 5), reply.ToString());
            Assert.That(reply.Text, Has.Length.LessThan(512 - "500 5.5.10 \r\n".Length).And.Not.Contains("\n"));
            Assert.That(reply.Enhanced?.Class ?? 3, Is.EqualTo(reply.Code / 100), reply.ToString());
        }
    }

    /// <summary>RFC 3030 §2: a chunk behind the last one is out of order, whatever it holds.</summary>
    [Test]
    public async Task A_chunk_behind_the_last_one_is_refused()
    {
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "BDAT 3 LAST\r\na");

        Assert.That(await client.SayAsync("BDAT 3 LAST\r\nb"), Does.StartWith("503 5.5.1 "));
        Assert.That(await client.SayAsync("RSET"), Does.StartWith("250 "));
        Assert.That(Sink.Messages, Has.Count.EqualTo(1));
    }

    /// <summary>RFC 9422 §3: what is announced is what is taken, to the last one.</summary>
    [Test]
    public async Task As_many_recipients_as_LIMITS_announces_are_taken()
    {
        Limit(limits => limits with { Recipients = 3 });
        Settings = Settings with { Extensions = StandardExtensions.Create(100, maximumRecipients: 3) };
        var client = await ConnectAsync();
        await client.SayAllAsync(
            "MAIL FROM:<a@example.com>",
            "RCPT TO:<1@example.com>",
            "RCPT TO:<2@example.com>",
            "RCPT TO:<3@example.com>"
        );

        Assert.That(await client.SayAsync("RCPT TO:<4@example.com>"), Does.StartWith("452 4.5.3 "));
        await client.SayAllAsync("DATA", ".");
    }

    /// <summary>RFC 1870 §6.1: a claim that was too small is no reason to refuse what is within the limit.</summary>
    [Test]
    public async Task A_message_may_be_larger_than_its_SIZE_said()
    {
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com> SIZE=1", "RCPT TO:<b@example.com>", "DATA", "more than one octet\r\n.");
    }

    /// <summary>RFC 3461 §4.2 and §4.4: so long and no longer; §5.1: as they came.</summary>
    [TestCase(100, 500, "250 ", "250 ")]
    [TestCase(101, 501, "501 ", "501 ")]
    public async Task ENVID_has_100_octets_at_most_and_ORCPT_500(int envelopeId, int original, string mail, string recipient)
    {
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync($"MAIL FROM:<a@example.com> ENVID={new string('e', envelopeId)}"), Does.StartWith(mail));
        await client.SayAllAsync("RSET", "MAIL FROM:<a@example.com>");
        var address = "rfc822;" + new string('o', original - "rfc822;".Length);
        Assert.That(await client.SayAsync($"RCPT TO:<b@example.com> ORCPT={address}"), Does.StartWith(recipient));
    }
}
