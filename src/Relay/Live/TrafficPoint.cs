namespace Relay.Live;

/// <summary>What passed in one second, or a second's share of several; all rates are per second.</summary>
/// <param name="At">The end of it.</param>
/// <param name="Messages">Accepted from clients.</param>
/// <param name="Bytes">Of those.</param>
/// <param name="PutOff">Answered 4xx to clients.</param>
/// <param name="Refused">Answered 5xx to clients.</param>
/// <param name="Delivered">Attempts by which an upstream took a message.</param>
/// <param name="Deferred">Attempts that an upstream answered 4xx.</param>
/// <param name="Rejected">Attempts that an upstream answered 5xx.</param>
/// <param name="Failed">Attempts that broke off, or whose final dot was not answered.</param>
/// <param name="Bounces">Notices to senders.</param>
/// <param name="P50">Milliseconds from a message's last byte to its answer that half of them stayed within; null when there was none.</param>
/// <param name="P95">The same for 95 of 100.</param>
/// <param name="Sessions">Client sessions that were open.</param>
/// <param name="Queue">Deliveries in the spool.</param>
internal readonly record struct TrafficPoint(
    DateTimeOffset At,
    double Messages,
    double Bytes,
    double PutOff,
    double Refused,
    double Delivered,
    double Deferred,
    double Rejected,
    double Failed,
    double Bounces,
    double? P50,
    double? P95,
    int Sessions,
    int Queue
);
