using System.Text;
using Relay.Core.Telemetry;

namespace Relay.Tests.Telemetry;

public sealed class TraceParentTests
{
    private const string Good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [TestCase("Traceparent: " + Good + "\r\n\r\n")]
    [TestCase("TRACEPARENT:" + Good + " \r\n\r\n")]
    [TestCase("Received: from x\r\n\tby y\r\nSubject: a\r\ntraceparent:\t" + Good + "\r\n\r\nbody")]
    public void A_field_of_the_header_is_found(string head) => Assert.That(Find(head), Is.EqualTo("0af7651916cd43dd8448eb211c80319c"));

    [TestCase("")]
    [TestCase("\r\n")]
    [TestCase("Subject: a\r\n\r\ntraceparent: " + Good + "\r\n")]
    [TestCase("X-Traceparent: " + Good + "\r\n\r\n")]
    [TestCase("traceparent: " + Good)]
    [TestCase("traceparent: \r\ntraceparent: " + Good + "\r\n\r\n")]
    [TestCase("traceparent: 00-00000000000000000000000000000000-b7ad6b7169203331-01\r\n\r\n")]
    [TestCase("traceparent: 00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01\r\n\r\n")]
    [TestCase("traceparent: \u00ff\u00fe\r\n\r\n")]
    public void What_is_not_there_or_not_valid_counts_for_nothing(string head) =>
        Assert.That(Find(head), Is.EqualTo("00000000000000000000000000000000"));

    private static string Find(string head) => TraceParent.Find(Encoding.Latin1.GetBytes(head)).TraceId.ToHexString();
}
