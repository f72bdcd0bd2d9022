using System.CommandLine;
using Relay.Fuzzing;

var root = new RootCommand("Feeds all that reads what strangers send, under the guidance of afl-fuzz; tests/fuzz.sh runs it.")
{
    FuzzCommands.Prepare(),
    FuzzCommands.Run(),
    FuzzCommands.Replay(),
    FuzzCommands.Select(),
};

return root.Parse(args).Invoke();
