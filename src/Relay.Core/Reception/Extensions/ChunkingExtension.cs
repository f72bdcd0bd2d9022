namespace Relay.Core.Reception.Extensions;

/// <summary>CHUNKING (RFC 3030): the message may come by BDAT. BINARYMIME is not offered with it, so that what comes is lines as ever.</summary>
internal sealed class ChunkingExtension : SmtpExtension
{
    public override string Advertisement => "CHUNKING";
}
