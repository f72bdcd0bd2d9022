using Relay.Cli;

return await new RelayCommandLine(CommandContext.OfProcess()).RunAsync(args);
