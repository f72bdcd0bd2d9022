using System.Buffers;
using System.IO.Pipelines;
using Relay.Core.Messages;

namespace Relay.Core.Smtp;

/// <summary>Puts replies on the wire; they are encoded once and copied from then on. Flushing is the session's, once for all that were gathered.</summary>
internal static class ReplyWriter
{
    public static void WriteReply(this PipeWriter output, SmtpReply reply) => output.Write(reply.Encoded.Span);
}
