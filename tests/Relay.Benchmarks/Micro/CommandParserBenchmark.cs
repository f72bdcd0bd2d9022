using System.Buffers;
using BenchmarkDotNet.Attributes;
using Relay.Core.Smtp;

namespace Relay.Benchmarks.Micro;

/// <summary>The command lines of one message, as a client with PIPELINING may send them: found in what has arrived, and taken apart.</summary>
[MemoryDiagnoser]
public class CommandParserBenchmark
{
    private const int Lines = 5;

    private static readonly byte[] Commands = (
        "EHLO client.example.com\r\n"u8
        + "MAIL FROM:<sender@example.com> SIZE=4096 BODY=8BITMIME\r\n"u8
        + "RCPT TO:<recipient@example.net>\r\n"u8
        + "DATA\r\n"u8
        + "QUIT\r\n"u8
    ).ToArray();

    [Benchmark(Description = "find and parse a command line", OperationsPerInvoke = Lines)]
    public int Parse()
    {
        var buffer = new ReadOnlySequence<byte>(Commands);
        var reader = default(CommandLineReader);
        var read = 0;
        while (reader.Read(ref buffer, out var line) == CommandLineStatus.Whole)
        {
            read += SmtpCommandParser.TryParse(line.FirstSpan, out var command) ? (int)command.Verb : 0;
        }

        return read;
    }

    [Benchmark(Description = "path of MAIL")]
    public int Path()
    {
        var isPath = PathParser.TryRead("FROM:<sender@example.com> SIZE=4096"u8, "FROM:"u8, out var path, out var parameters);
        return isPath ? path.Length + parameters.Length : -1;
    }
}
