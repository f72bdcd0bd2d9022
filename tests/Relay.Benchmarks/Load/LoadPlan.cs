namespace Relay.Benchmarks.Load;

/// <summary>What the load client is to send.</summary>
/// <param name="Port">Where to, on loopback.</param>
/// <param name="Sessions">How many at once.</param>
/// <param name="Messages">How many are measured, by all sessions together.</param>
/// <param name="WarmUp">How many are sent before, whose times are not kept: the client's own code is compiled meanwhile.</param>
/// <param name="Size">Bytes of a message.</param>
/// <param name="KeepOpen">A session sends message after message; otherwise each has a connection of its own.</param>
/// <param name="Secure">Each connection begins with STARTTLS and AUTH, as an upstream asks for that is reached without a relay.</param>
internal sealed record LoadPlan(int Port, int Sessions, int Messages, int WarmUp, int Size, bool KeepOpen, bool Secure);
