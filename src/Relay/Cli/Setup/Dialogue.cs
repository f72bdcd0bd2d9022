namespace Relay.Cli.Setup;

/// <summary>Questions and answers at a terminal.</summary>
internal sealed class Dialogue(CommandContext context)
{
    /// <exception cref="SetupStopped">There is nobody any more.</exception>
    public string Ask(string question, string otherwise = "")
    {
        context.Error.Write(otherwise.Length == 0 ? $"{question}: " : $"{question} [{otherwise}]: ");
        context.Error.Flush();
        var answer = context.Input.ReadLine() ?? throw new SetupStopped("");
        return answer.Trim() is { Length: > 0 } text ? text : otherwise;
    }

    public string AskHidden(string question)
    {
        context.Error.Write($"{question}: ");
        context.Error.Flush();
        return context.ReadHidden() ?? throw new SetupStopped("");
    }

    public bool IsAgreed(string question, bool otherwise) =>
        Ask($"{question} {(otherwise ? "[Y/n]" : "[y/N]")}") is { Length: > 0 } answer ? answer[0] is 'y' or 'Y' : otherwise;

    public void Say(string text) => context.Error.WriteLine(text);
}
