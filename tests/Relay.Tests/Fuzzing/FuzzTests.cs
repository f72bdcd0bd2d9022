using System.Globalization;
using CsCheck;
using Relay.Fuzzing;
using Relay.Fuzzing.Targets;

namespace Relay.Tests.Fuzzing;

/// <summary>
/// Everything that reads what strangers send, fed with what they might: the corpus in every way, then mutations of it. A failure prints the input as C#, shrunk,
/// and as a line for the corpus. <c>CsCheck_Seed</c> runs one case again. <c>tests/fuzz.sh</c> gives the same targets millions of inputs, under the guidance of what
/// they cover.
/// </summary>
[TestFixture(typeof(SessionTarget), 4_000)]
[TestFixture(typeof(CommandTarget), 15_000)]
[TestFixture(typeof(DataTarget), 15_000)]
[TestFixture(typeof(ProxyTarget), 15_000)]
[TestFixture(typeof(AddressTarget), 15_000)]
[TestFixture(typeof(ReplyTarget), 10_000)]
internal sealed class FuzzTests<TTarget>(int count)
    where TTarget : FuzzTarget, new()
{
    // Nowhere and everywhere cut, with either setting, and a few ways between.
    private const int Ways = 16;

    private readonly TTarget _target = new();

    [Test]
    public void Each_input_of_the_corpus_is_read_as_it_should_be_in_every_way()
    {
        foreach (var one in Corpus.Of(_target))
        {
            foreach (var way in Enumerable.Range(0, Ways).Append(one.Way).Distinct())
            {
                Run(one with { Way = way });
            }
        }
    }

    [Test]
    public void So_are_fresh_inputs_made_of_it() => Mutations.Of(_target).Sample(Run, iter: count, threads: 2, print: Print);

    private void Run(FuzzCase one)
    {
        try
        {
            _target.Run(one.Input, one.Way);
        }
        catch (Exception exception)
        {
            throw new FuzzException($"{exception.Message}\n{Print(one)}", exception);
        }
    }

    private static string Print(FuzzCase one) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"new byte[] {{ {string.Join(", ", one.Input)} }}, way {one.Way}\nfor the corpus: {Corpus.Line(one)}"
        );
}
