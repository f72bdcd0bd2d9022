using System.CommandLine;

namespace Relay.Benchmarks.Options;

/// <summary>An option that chooses among things with names, which may stand behind one another or with commas between them. Without it all are chosen.</summary>
internal sealed class NamesOption : Option<string[]>
{
    private readonly IReadOnlyList<string> _known;

    public NamesOption(string option, IReadOnlyList<string> known)
        : base(option)
    {
        _known = known;
        HelpName = "NAMES";
        Description = $"Of {string.Join(", ", known)}; all when left out";
        AllowMultipleArgumentsPerToken = true;
        Validators.Add(result =>
        {
            foreach (var name in Split(result.Tokens.Select(static token => token.Value)).Except(_known, StringComparer.Ordinal))
            {
                result.AddError($"{Name}: '{name}' is none of {string.Join(", ", _known)}.");
            }
        });
    }

    /// <summary>Those that were named, in the order of <paramref name="all"/>.</summary>
    public IReadOnlyList<T> Choose<T>(ParseResult parsed, IEnumerable<T> all, Func<T, string> name)
    {
        var wanted = Split(parsed.GetValue(this) ?? []).ToHashSet(StringComparer.Ordinal);
        return [.. all.Where(one => wanted.Count == 0 || wanted.Contains(name(one)))];
    }

    private static IEnumerable<string> Split(IEnumerable<string> given) =>
        given.SelectMany(static text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
