namespace Relay.Tests.Documentation;

/// <summary>One requirement.</summary>
/// <param name="Line">All of it.</param>
/// <param name="Types">Names of the types that keep it, with a member or without.</param>
/// <param name="Tests">Names of the tests that hold it, with a method or without.</param>
internal sealed record ConformanceRow(string Line, IReadOnlyList<string> Types, IReadOnlyList<string> Tests);
