namespace Relay.Core.Configuration.Validation;

/// <summary>Patterns of replies that can be compiled, and pauses that end.</summary>
internal static class ThrottleValidation
{
    public static void Check(IReadOnlyList<ThrottlePatternOptions> patterns, KeyScope scope)
    {
        for (var index = 0; index < patterns.Count; index++)
        {
            Check(patterns[index], scope.At(index));
        }
    }

    private static void Check(ThrottlePatternOptions pattern, KeyScope scope)
    {
        CheckExpression(pattern.Match, scope.At(nameof(pattern.Match)));
        if (pattern.Pause is not { } pause)
        {
            return;
        }

        scope.At(nameof(pattern.Pause)).Between(pause, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        scope
            .At(nameof(pattern.Pause))
            .ReportIf(pattern.Meaning == ThrottleMeaning.Message, "is of no use with Meaning: Message, which says nothing about pace");
    }

    private static void CheckExpression(string expression, KeyScope scope)
    {
        if (expression.Length == 0)
        {
            scope.Report("is missing");
            return;
        }

        try
        {
            _ = Expression.Compile(expression);
        }
        catch (ArgumentException wrong)
        {
            scope.Report($"\"{expression}\" is not a regular expression: {wrong.Message}");
        }
    }
}
