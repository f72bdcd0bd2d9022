using System.Globalization;
using System.Runtime.CompilerServices;
using Relay.Admin.Queue;

namespace Relay.Cli.Queue;

/// <summary>Reads lists of the queue page by page, so that neither side holds more than one.</summary>
internal static class QueuePages
{
    public static string PathOf(string id) => $"/api/v1/queue/{id}";

    /// <summary>The rows that match, in order of arrival, until nobody asks for more.</summary>
    public static async IAsyncEnumerable<QueueItem> QueueAsync(
        this AdminClient client,
        QueueSelection selection,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (long? after = 0; after is not null; )
        {
            var page = await client.GetAsync<ListQueue.Page>(PathOf(selection, after.Value), cancellationToken);
            foreach (var item in page.Items)
            {
                yield return item;
            }

            after = page.Next > after ? page.Next : null;
        }
    }

    private static string PathOf(QueueSelection selection, long after)
    {
        (string Name, string? Value)[] conditions =
        [
            ("state", selection.State),
            ("sender", selection.Sender),
            ("recipient", selection.Recipient),
            ("group", selection.Group),
            ("after", after.ToString(CultureInfo.InvariantCulture)),
            ("limit", QueueLimits.Most.ToString(CultureInfo.InvariantCulture)),
        ];
        var given = conditions
            .Where(static condition => condition.Value is not null)
            .Select(static condition => $"{condition.Name}={Uri.EscapeDataString(condition.Value!)}");
        return "/api/v1/queue?" + string.Join('&', given);
    }
}
