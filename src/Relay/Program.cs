using Relay;
using Relay.Cli;

SocketTuning.InlineCompletionsOfUpstreams();
return await new RelayCommandLine(CommandContext.OfProcess()).RunAsync(args);
