using System.Net;

namespace Relay.Cli;

/// <summary>The running relay could not be asked, or said no; the message is for people.</summary>
/// <param name="message">One line.</param>
/// <param name="status">What it said no with; null when it was not reached.</param>
internal sealed class AdminFailure(string message, HttpStatusCode? status = null) : Exception(message)
{
    public HttpStatusCode? Status { get; } = status;
}
