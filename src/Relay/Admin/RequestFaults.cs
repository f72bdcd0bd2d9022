namespace Relay.Admin;

/// <summary>Makes a clear answer of what went wrong with a request: what the client did is told it, what Relay did is told the log.</summary>
internal sealed partial class RequestFaults(ILogger<RequestFaults> logger)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException wrong) when (!context.Response.HasStarted)
        {
            var detail = wrong.InnerException is { } cause ? $"{wrong.Message} {cause.Message}" : wrong.Message;
            await AnswerAsync(context, wrong.StatusCode, detail);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return; // nobody is there to be answered
        }
        catch (Exception defect) when (!context.Response.HasStarted)
        {
            LogDefect(defect, context.Request.Method, context.Request.Path);
            await AnswerAsync(context, StatusCodes.Status500InternalServerError, "This is a defect of Relay; its log has the cause.");
        }
    }

    private static Task AnswerAsync(HttpContext context, int status, string detail) =>
        TypedResults.Problem(detail: detail, statusCode: status).ExecuteAsync(context);

    [LoggerMessage(935, LogLevel.Error, "A request ended by a defect: {Method} {Path}", EventName = "RequestDefect")]
    private partial void LogDefect(Exception defect, string method, string path);
}
