using System.Globalization;

namespace Relay.Core.Configuration.Validation;

/// <summary>A place in the key tree, and the questions that are asked there; keeps the rules free of key building.</summary>
internal readonly record struct KeyScope(string Key, ICollection<ConfigurationError> Errors)
{
    public KeyScope At(string name) => this with { Key = $"{Key}:{name}" };

    public KeyScope At(int index) => At(index.ToString(CultureInfo.InvariantCulture));

    public void Report(string text) => Errors.Add(new ConfigurationError(Key, text));

    public void ReportIf(bool isWrong, string text)
    {
        if (isWrong)
        {
            Report(text);
        }
    }

    public void Between(long value, long least, long most) =>
        ReportIf(value < least || value > most, $"{value} is not between {least} and {most}");

    public void AtLeast(long value, long least) => ReportIf(value < least, $"{value} is not at least {least}");

    public void Between(TimeSpan value, TimeSpan least, TimeSpan most) =>
        ReportIf(value < least || value > most, $"{value:c} is not between {least:c} and {most:c}");

    /// <summary>Names of groups, upstreams and listeners: they stand in keys, URLs, metrics and reply texts.</summary>
    public void IsName(string name)
    {
        var isName = name.Length > 0 && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '-');
        ReportIf(!isName, $"\"{name}\" is not a name: letters, digits and hyphens");
    }
}
