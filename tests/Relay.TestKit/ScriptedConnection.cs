using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Relay.TestKit.Sasl;

namespace Relay.TestKit;

/// <summary>One connection of a <see cref="ScriptedUpstream"/>: the SMTP dialogue, with the script asked before every reply.</summary>
internal sealed class ScriptedConnection(ScriptedUpstream upstream, Stream stream, Action reset, int number) : IAsyncDisposable
{
    private readonly ScriptedUpstreamOptions _options = upstream.Options;
    private readonly ScriptedWire _wire = new(stream);
    private readonly List<string> _recipients = [];
    private string? _from;
    private string? _user;
    private CancellationToken _stopping;
    private bool _isOver;

    public static bool IsEndOfConnection(Exception exception) =>
        exception
            is IOException
                or SocketException
                or ObjectDisposedException
                or OperationCanceledException
                or AuthenticationException
                or InvalidOperationException { Source: "System.IO.Pipelines" };

    public void Reset()
    {
        _isOver = true;
        reset();
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        _stopping = stopping;
        if (await AnswerAsync(Stage.Connect, "") && _options.ImplicitTls)
        {
            await StartTlsAsync();
        }

        if (_isOver || !await AnswerAsync(Stage.Greeting, "220 scripted ESMTP"))
        {
            await EndAsync();
            return;
        }

        while (!_isOver && await _wire.ReadLineAsync(_stopping) is { } line)
        {
            var command = Encoding.UTF8.GetString(line).TrimEnd();
            upstream.Commands.Enqueue(command);
            await ObeyAsync(command);
        }
    }

    public async ValueTask DisposeAsync() => await _wire.DisposeAsync();

    /// <summary>After a refused greeting the client hangs up; the server waits for that.</summary>
    private Task EndAsync() => _isOver ? Task.CompletedTask : _wire.DrainAsync(_stopping);

    private Task ObeyAsync(string command)
    {
        var verb = command.Split(' ')[0].ToUpperInvariant();
        return verb switch
        {
            "EHLO" => AnswerAsync(Stage.Ehlo, EhloReply()),
            "HELO" => AnswerAsync(Stage.Helo, "250 scripted"),
            "STARTTLS" => UpgradeAsync(),
            "AUTH" => AuthenticateAsync(command),
            "XCLIENT" when _options.Extensions.Any(line => line.StartsWith("XCLIENT ", StringComparison.Ordinal)) => AnswerAsync(
                Stage.XClient,
                "220 scripted ESMTP"
            ),
            "MAIL" => MailAsync(command),
            "RCPT" => RcptAsync(command),
            "DATA" => DataAsync(),
            "BDAT" when _options.Extensions.Contains("CHUNKING", StringComparer.Ordinal) => ChunkAsync(command),
            "RSET" => ResetTransactionAsync(),
            "NOOP" => AnswerAsync(Stage.Noop, "250 2.0.0 OK"),
            "QUIT" => QuitAsync(),
            _ => SayAsync("500 5.5.1 unknown command"),
        };
    }

    private string EhloReply()
    {
        List<string> lines = ["scripted", .. _options.Extensions];
        if (_options.Certificate is not null && _wire.Stream is not SslStream)
        {
            lines.Add("STARTTLS");
        }

        if (_options.UserName is not null)
        {
            lines.Add("AUTH " + _options.Mechanisms);
        }

        return string.Join('\n', lines.Select((line, index) => (index == lines.Count - 1 ? "250 " : "250-") + line));
    }

    private async Task UpgradeAsync()
    {
        if (_options.Certificate is null)
        {
            await SayAsync("502 5.5.1 not offered");
        }
        else if (await AnswerAsync(Stage.StartTls, "220 2.0.0 go ahead"))
        {
            await StartTlsAsync();
        }
    }

    private async Task StartTlsAsync()
    {
        if (!await AnswerAsync(Stage.Handshake, "") || _isOver)
        {
            return;
        }

        var tls = new SslStream(_wire.Stream);
        _wire.Replace(tls);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _options.Certificate }, _stopping);
    }

    private async Task AuthenticateAsync(string command)
    {
        var words = command.Split(' ');
        var initial = words.Length > 2 ? Convert.FromBase64String(words[2]) : null;
        if (await new SaslServer(_options, AskAsync).RunAsync(words[1], initial) is not { } login)
        {
            await SayAsync("504 5.5.4 not offered");
            return;
        }

        upstream.Logins.Enqueue((login.UserName, login.Password));
        _user = login.IsRight ? login.UserName : null;
        await AnswerAsync(Stage.Auth, login.IsRight ? "235 2.7.0 welcome" : "535 5.7.8 wrong user or password");
    }

    private async Task<byte[]> AskAsync(byte[] question)
    {
        await SayAsync("334 " + Convert.ToBase64String(question));
        var line = await _wire.ReadLineAsync(_stopping) ?? throw new IOException("The client has gone.");
        return Convert.FromBase64String(Encoding.ASCII.GetString(line).TrimEnd());
    }

    private async Task MailAsync(string command)
    {
        if (_from is not null)
        {
            await SayAsync("503 5.5.1 a transaction is open");
        }
        else if (await AnswerAsync(Stage.Mail, "250 2.1.0 sender OK"))
        {
            _from = command;
        }
    }

    private async Task RcptAsync(string command)
    {
        if (_from is null)
        {
            await SayAsync("503 5.5.1 MAIL first");
        }
        else if (await AnswerAsync(Stage.Rcpt, "250 2.1.5 recipient OK", AddressIn(command)))
        {
            _recipients.Add(command);
        }
    }

    private async Task DataAsync()
    {
        if (_recipients.Count == 0)
        {
            await RefuseDataAsync();
        }
        else if (await AnswerAsync(Stage.Data, "354 go ahead") && !_isOver && await ReadBodyAsync() is { } body)
        {
            var mail = new ReceivedMail(body, _from!, [.. _recipients], number, IsAccepted: false) { User = _user };
            await AnswerAsync(
                Stage.Dot,
                "250 2.0.0 taken",
                beforeReply: isPositive => upstream.Keep(mail with { IsAccepted = isPositive })
            );
            ForgetTransaction();
        }
    }

    /// <summary>A server that goes on although it has nobody to deliver to takes what comes, and keeps nothing.</summary>
    private async Task RefuseDataAsync()
    {
        var reply = _options.ReplyToDataWithoutRecipients;
        await SayAsync(reply);
        if (reply.StartsWith("354", StringComparison.Ordinal) && await ReadBodyAsync() is { } body)
        {
            upstream.Commands.Enqueue($"{body.Length} bytes for nobody");
            await SayAsync("250 2.0.0 taken, for nobody");
            ForgetTransaction();
        }
    }

    /// <summary>One chunk, which must be the last (RFC 3030 §2): Relay sends a message in one.</summary>
    private async Task ChunkAsync(string command)
    {
        var words = command.Split(' ');
        if (_recipients.Count == 0 && !_options.DiscardsRefusedChunks)
        {
            await SayAsync("503 5.5.1 RCPT first");
            return;
        }

        if (await _wire.ReadBytesAsync(long.Parse(words[1], CultureInfo.InvariantCulture), _stopping) is not { } body)
        {
            _isOver = true;
            return;
        }

        if (_recipients.Count == 0)
        {
            await SayAsync("503 5.5.1 RCPT first");
            return;
        }

        var mail = new ReceivedMail(body, _from!, [.. _recipients], number, IsAccepted: false) { User = _user };
        await AnswerAsync(Stage.Dot, "250 2.0.0 taken", beforeReply: isPositive => upstream.Keep(mail with { IsAccepted = isPositive }));
        ForgetTransaction();
    }

    private async Task<byte[]?> ReadBodyAsync()
    {
        using var body = new MemoryStream();
        var fault = upstream.Next(Stage.Body);
        while (await _wire.ReadLineAsync(_stopping) is { } line)
        {
            if (line is [(byte)'.', (byte)'\r', (byte)'\n'])
            {
                return body.ToArray();
            }

            body.Write(line.AsSpan(line[0] == (byte)'.' ? 1 : 0));
            if (fault is not null && body.Length >= fault.Bytes)
            {
                await ActAsync(fault, "");
                fault = null;
                if (_isOver)
                {
                    return null;
                }
            }
        }

        return null;
    }

    private async Task ResetTransactionAsync()
    {
        if (await AnswerAsync(Stage.Rset, "250 2.0.0 OK"))
        {
            ForgetTransaction();
        }
    }

    private async Task QuitAsync()
    {
        // Counted as gone before the client can know it: a client that keeps within a bound may connect anew at once.
        await AnswerAsync(Stage.Quit, "221 2.0.0 bye", beforeReply: _ => upstream.Leave(this));
        _isOver = true;
    }

    private void ForgetTransaction()
    {
        _from = _options.KeepsSender ? _from : null;
        _recipients.Clear();
    }

    /// <summary>Replies as usual unless the script says otherwise; true when what went out was positive.</summary>
    private async Task<bool> AnswerAsync(Stage stage, string usual, string? recipient = null, Action<bool>? beforeReply = null)
    {
        if (upstream.Next(stage, recipient) is { } fault)
        {
            return await ActAsync(fault, usual, beforeReply);
        }

        beforeReply?.Invoke(IsPositive(usual));
        await SayAsync(usual);
        return IsPositive(usual);
    }

    private async Task<bool> ActAsync(Fault fault, string usual, Action<bool>? beforeReply = null)
    {
        fault.MarkReached();
        await fault.Gate.WaitAsync(_stopping);
        var said = fault.Action == FaultAction.Reply ? fault.Text : usual;
        beforeReply?.Invoke(fault.Action is FaultAction.Reply or FaultAction.Usual && IsPositive(said));
        switch (fault.Action)
        {
            case FaultAction.Garbage:
                await _wire.WriteAsync(fault.Text, fault.IsBytewise, _stopping);
                _isOver |= fault.Afterwards == FaultAction.Disconnect;
                return false;
            case FaultAction.Silence:
                await _wire.DrainAsync(_stopping);
                _isOver = true;
                return false;
            case FaultAction.Reset:
                Reset();
                return false;
            case FaultAction.Disconnect:
                _isOver = true;
                return false;
            default:
                await SayAsync(said, fault.IsBytewise);
                break;
        }

        _isOver |= fault.Afterwards == FaultAction.Disconnect;
        return IsPositive(said);
    }

    private static bool IsPositive(string reply) => reply is not ['4' or '5', ..];

    private async Task SayAsync(string reply, bool isBytewise = false)
    {
        if (reply.Length > 0)
        {
            await _wire.WriteAsync(reply.Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n", isBytewise, _stopping);
        }
    }

    private static string AddressIn(string command)
    {
        var start = command.IndexOf('<', StringComparison.Ordinal) + 1;
        var end = command.IndexOf('>', start);
        return command[start..end];
    }
}
