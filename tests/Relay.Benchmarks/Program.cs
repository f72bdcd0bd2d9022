using System.CommandLine;
using Relay.Benchmarks.Compare;
using Relay.Benchmarks.Growth;
using Relay.Benchmarks.Idle;
using Relay.Benchmarks.Load;
using Relay.Benchmarks.Micro;
using Relay.Benchmarks.Wan;

var root = new RootCommand(
    "Measures Relay: parts of it by themselves (micro), and the whole beside other relays (compare, wan, idle) or with more of everything (growth)."
)
{
    MicroCommand.Build(),
    new CompareCommand().Build(),
    new GrowthCommand().Build(),
    new WanCommand().Build(),
    new IdleCommand().Build(),
    new LoadCommand().Build(),
};

// Ctrl-C and SIGTERM cancel the command, which then ends every process it has started; some take longer than the library would wait.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
