using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Relay.Telemetry;

/// <summary>
/// A message is recorded whole or not at all: runs from the spool follow the decision that was made at its reception, to which they link. A span without a parent was chosen
/// by <see cref="Core.Telemetry.TraceSampling"/>: one that is not to be recorded is never made.
/// </summary>
internal sealed class ReceptionSampler : Sampler
{
    private readonly ParentBasedSampler _byParent = new(new AlwaysOnSampler());

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var reception = samplingParameters.Links?.FirstOrDefault() ?? default;
        return reception.Context.TraceId == default
            ? _byParent.ShouldSample(samplingParameters)
            : new SamplingResult(reception.Context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded));
    }
}
