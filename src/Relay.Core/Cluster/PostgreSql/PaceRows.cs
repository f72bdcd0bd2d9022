using System.Data.Common;
using Relay.Core.Cluster.Pace;

namespace Relay.Core.Cluster.PostgreSql;

/// <summary>Puts together the rows of <c>read-pace.sql</c>.</summary>
/// <param name="keys">The windows by their numbers.</param>
internal sealed class PaceRows(IReadOnlyDictionary<long, WindowKey> keys)
{
    private readonly Dictionary<long, (WindowView View, List<ShareRow> Rows)> _views = [];

    public void Add(DbDataReader row)
    {
        var window = row.GetInt64(0);
        if (!_views.TryGetValue(window, out var view))
        {
            List<ShareRow> rows = [];
            TimeSpan? nextFree = row.IsDBNull(2) ? null : row.GetFieldValue<TimeSpan>(2);
            view = (new WindowView(keys[window], rows, row.GetInt64(1), nextFree, row.GetInt64(3)), rows);
            _views.Add(window, view);
        }

        if (!row.IsDBNull(4))
        {
            view.Rows.Add(
                new ShareRow(
                    row.GetInt64(4),
                    row.GetInt64(5),
                    row.GetInt64(6),
                    row.GetBoolean(7),
                    row.IsDBNull(8) ? null : (int)row.GetInt64(8),
                    row.IsDBNull(9) ? TimeSpan.MaxValue : row.GetFieldValue<TimeSpan>(9)
                )
            );
        }
    }

    public IReadOnlyList<WindowView> ToViews() => [.. _views.Values.Select(static view => view.View)];
}
