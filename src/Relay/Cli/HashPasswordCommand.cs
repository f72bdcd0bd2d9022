using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Relay.Core.Configuration;

namespace Relay.Cli;

/// <summary><c>relay hash-password</c>: makes of a password what a configuration holds. The password is typed or piped in, never an argument that others see in the list of processes.</summary>
internal sealed class HashPasswordCommand(CommandContext context)
{
    private const int LongestPassword = 1024;

    private readonly Option<int> _iterations = new("--iterations")
    {
        HelpName = "N",
        Description =
            $"Rounds of PBKDF2, {PasswordHash.LeastIterations} to {PasswordHash.MostIterations}: the price of a guess, and of a login",
        DefaultValueFactory = static _ => PasswordHash.DefaultIterations,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Prints JSON" };

    public Command Build()
    {
        var command = new Command(
            "hash-password",
            "Makes the PasswordHash of a user; reads the password from the terminal or standard input"
        )
        {
            _iterations,
            _json,
        };
        command.SetAction(Execute);
        return command;
    }

    private int Execute(ParseResult parsed)
    {
        var iterations = parsed.GetValue(_iterations);
        if (iterations is < PasswordHash.LeastIterations or > PasswordHash.MostIterations)
        {
            context.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"relay: --iterations: {iterations} is not between {PasswordHash.LeastIterations} and {PasswordHash.MostIterations}"
                )
            );
            return ExitCode.WrongUse;
        }

        if (!TryRead(out var password, out var fault))
        {
            context.Error.WriteLine($"relay: {fault}");
            return ExitCode.Failed;
        }

        var salt = RandomNumberGenerator.GetBytes(PasswordHash.SaltLength);
        var hash = PasswordHash.Of(Encoding.UTF8.GetBytes(password), salt, iterations).Format();
        context.Output.WriteLine(parsed.GetValue(_json) ? JsonSerializer.Serialize(new { passwordHash = hash }, AdminClient.Json) : hash);
        return ExitCode.Success;
    }

    private bool TryRead(out string password, out string fault)
    {
        password = Ask("Password: ");
        fault =
            password.Length is 0 or > LongestPassword
                ? string.Create(CultureInfo.InvariantCulture, $"a password has 1 to {LongestPassword} characters")
            : password.Any(char.IsControl) ? "the password holds a control character"
            : context.IsInteractive && !string.Equals(Ask("Again: "), password, StringComparison.Ordinal) ? "the two are not the same"
            : "";
        return fault.Length == 0;
    }

    private string Ask(string prompt)
    {
        if (!context.IsInteractive)
        {
            return context.Input.ReadLine() ?? "";
        }

        context.Error.Write(prompt);
        context.Error.Flush();
        return context.ReadHidden() ?? "";
    }
}
