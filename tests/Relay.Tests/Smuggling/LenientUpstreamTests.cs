using System.Text;
using Relay.TestKit;

namespace Relay.Tests.Smuggling;

/// <summary>The lenient server is worth something only if it does see the second message when nobody stands before it.</summary>
internal sealed class LenientUpstreamTests
{
    private static IEnumerable<string> Names => SmugglingCases.Ends.Keys;

    [TestCaseSource(nameof(Names))]
    public async Task Sees_a_second_message_behind_each_end_of_data(string name)
    {
        await using var upstream = new LenientUpstream();
        await using var stream = upstream.ConnectInProcess();
        var wire =
            "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n"
            + SmugglingCases.Content(SmugglingCases.Ends[name])
            + "\r\n.\r\n";
        await stream.WriteAsync(Encoding.Latin1.GetBytes(wire));

        await Until.TrueAsync(() => upstream.Messages.Count == 2, "both messages are there");
        Assert.That(upstream.Messages, Has.Some.Contains("smuggled"));
    }
}
