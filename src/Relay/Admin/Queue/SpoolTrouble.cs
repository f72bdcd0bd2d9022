using Relay.Core.Spool;

namespace Relay.Admin.Queue;

/// <summary>A spool that cannot be reached is a 503 with its reason, at every endpoint of the queue.</summary>
internal static class SpoolTrouble
{
    public static async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (SpoolUnavailableException failure)
        {
            return Problems.Unavailable(failure.Message);
        }
    }
}
