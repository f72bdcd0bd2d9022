using Relay.Core.Telemetry.Trail;

namespace Relay.Tests.Telemetry.Trail;

internal sealed class UpstreamQueueIdTests
{
    [TestCase("Ok: queued as 4XyZ1c0Q2Pz9s", "4XyZ1c0Q2Pz9s", TestName = "Postfix")]
    [TestCase("OK id=1tXyZa-0000AB-2c", "1tXyZa-0000AB-2c", TestName = "Exim")]
    [TestCase("<a@b> [InternalId=123456, Hostname=x.example.com] Queued mail for delivery", "123456", TestName = "Exchange")]
    [TestCase("Ok 0100018c0d4c8f7e-1b2c3d4e-000000", "0100018c0d4c8f7e-1b2c3d4e-000000", TestName = "Amazon SES")]
    [TestCase("4B1AbCdE012345 Message accepted for delivery", "4B1AbCdE012345", TestName = "sendmail")]
    [TestCase("OK", null)]
    [TestCase("Thank you", null)]
    public void The_name_that_a_server_gave_is_read_from_its_words(string text, string? expected) =>
        Assert.That(UpstreamQueueId.Of(text), Is.EqualTo(expected));

    [TestCase("Ok: queued as 4XYZ", "4XYZ", true)]
    [TestCase("Ok: queued as 4XYZ", "4xyz", true)]
    [TestCase("Ok: queued as 4XYZ", "4XY", false, TestName = "A part of a name is another name")]
    [TestCase("4XYZ0 4XYZ", "4XYZ", true)]
    [TestCase("", "4XYZ", false)]
    public void A_name_is_found_as_a_whole_word(string text, string id, bool expected) =>
        Assert.That(UpstreamQueueId.IsNamed(text, id), Is.EqualTo(expected));
}
