using System.CommandLine;
using Relay.Benchmarks.Compare;
using Relay.Benchmarks.Load;
using Relay.Benchmarks.Micro;

var root = new RootCommand("Measures Relay: parts of it by themselves (micro), and the whole beside other relays (compare).")
{
    MicroCommand.Build(),
    new CompareCommand().Build(),
    new LoadCommand().Build(),
};

// Ctrl-C and SIGTERM cancel the command, which then ends every process it has started; some take longer than the library would wait.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
