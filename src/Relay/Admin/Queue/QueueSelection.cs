using System.Text.Json.Serialization;
using Relay.Core.Spool;

namespace Relay.Admin.Queue;

/// <summary>Which rows an operator means, as requests write it. What is null or empty does not matter.</summary>
/// <remarks>A name that is not known is refused: with a misspelt condition left out, more would be deleted than was meant.</remarks>
/// <param name="State">One of <see cref="QueueStates"/>.</param>
/// <param name="Sender">Part of the address, in any case.</param>
/// <param name="Recipient">Part of an address, in any case.</param>
/// <param name="Group">Name of the group, in any case.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record QueueSelection(string? State = null, string? Sender = null, string? Recipient = null, string? Group = null)
{
    /// <summary>Whether it means every row there is.</summary>
    [JsonIgnore]
    public bool IsEmpty =>
        string.IsNullOrEmpty(State) && string.IsNullOrEmpty(Sender) && string.IsNullOrEmpty(Recipient) && string.IsNullOrEmpty(Group);

    /// <summary>As the spool wants it.</summary>
    /// <param name="after">Rows behind this one.</param>
    /// <param name="filter">Of use when it could be read.</param>
    /// <param name="why">What is wrong with it.</param>
    public bool TryRead(long after, out QueueFilter filter, out string why)
    {
        (filter, why) = (new QueueFilter { After = after }, "");
        if (!string.IsNullOrEmpty(State))
        {
            if (!QueueStates.TryParse(State, out var state))
            {
                why = $"state: \"{State}\" is none of {QueueStates.All}.";
                return false;
            }

            filter = filter with { State = state };
        }

        filter = filter with { Sender = NullIfEmpty(Sender), Recipient = NullIfEmpty(Recipient), Group = NullIfEmpty(Group) };
        return true;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
