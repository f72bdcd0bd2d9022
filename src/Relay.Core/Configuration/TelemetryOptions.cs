namespace Relay.Core.Configuration;

/// <summary>Where traces and metrics are sent by OTLP, beside <c>/metrics</c> for those who fetch them. A change needs a restart.</summary>
public sealed record TelemetryOptions
{
    /// <summary>URL of a collector, <c>http://127.0.0.1:4317</c>; empty: nothing is sent.</summary>
    public string? OtlpEndpoint { get; init; }

    /// <summary>How it is spoken to. Default: <see cref="OtlpTransport.Grpc"/>.</summary>
    public OtlpTransport OtlpProtocol { get; init; } = OtlpTransport.Grpc;

    /// <summary>Header fields to send along, <c>name=value,name=value</c>: as a rule a key.</summary>
    [Secret]
    public string? OtlpHeaders { get; init; }

    /// <summary>File whose first line is that; instead of <see cref="OtlpHeaders"/>.</summary>
    public string? OtlpHeadersFile { get; init; }

    /// <summary>Whether spans are sent. Default: true.</summary>
    public bool Traces { get; init; } = true;

    /// <summary>Whether metrics are sent. Default: true.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>Share of messages that are traced, 0 to 1, where the message does not bring a decision of its own. Default: 1.</summary>
    public double SampleRatio { get; init; } = 1;

    /// <summary>How many of these are traced in a second at most; 0 for all. Default: 20.</summary>
    public int TracesPerSecond { get; init; } = 20;

    /// <summary>Time between two sendings of metrics. Default: 60 s.</summary>
    public TimeSpan MetricsInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Without what is secret: a record would print all it has into a log or the text of an exception.</summary>
    public override string ToString() => $"{nameof(TelemetryOptions)} {OtlpEndpoint}";
}

/// <summary>The two ways of OTLP.</summary>
public enum OtlpTransport
{
    /// <summary>gRPC over HTTP/2; by custom on port 4317.</summary>
    Grpc,

    /// <summary>Protobuf over HTTP/1.1; by custom on port 4318. Without a path in the URL, <c>/v1/traces</c> and <c>/v1/metrics</c> are added.</summary>
    HttpProtobuf,
}
