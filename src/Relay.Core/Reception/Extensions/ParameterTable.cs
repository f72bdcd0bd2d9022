using System.Text;
using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Extensions;

/// <summary>All parameters that a command takes, from all the extensions offered: unknown ones are refused with 555, repeated ones with 501.</summary>
internal sealed class ParameterTable<TDraft>(IEnumerable<EsmtpParameter<TDraft>> parameters)
{
    private readonly EsmtpParameter<TDraft>[] _parameters = [.. parameters];

    /// <summary>Reads everything behind the path into <paramref name="draft"/>; null, or the reply that refuses the command.</summary>
    /// <param name="text">What stands behind the path.</param>
    /// <param name="draft">Takes what was read.</param>
    /// <param name="context">The session, for parameters that not everybody may use.</param>
    public SmtpReply? Read(ReadOnlySpan<byte> text, TDraft draft, SessionContext context)
    {
        var seen = 0u;
        var walk = new EsmtpParameters(text);
        while (walk.MoveNext())
        {
            if (walk.IsMalformed)
            {
                return Replies.BadParameter;
            }

            var index = Find(walk.Keyword);
            if (index < 0 || _parameters[index].IsTakenFrom?.Invoke(context) == false)
            {
                return Replies.UnknownParameter;
            }

            if ((seen & (1u << index)) != 0)
            {
                return Replies.RepeatedParameter;
            }

            seen |= 1u << index;
            if (_parameters[index].Read(walk.Value, draft) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private int Find(ReadOnlySpan<byte> keyword)
    {
        for (var index = 0; index < _parameters.Length; index++)
        {
            if (Ascii.EqualsIgnoreCase(keyword, _parameters[index].Keyword))
            {
                return index;
            }
        }

        return -1;
    }
}
