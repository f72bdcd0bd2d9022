using System.Globalization;
using CsCheck;

namespace Relay.Tests.Fuzzing;

/// <summary>
/// Everything that reads what strangers send, fed with what they might: the corpus in every way, then mutations of it. A failure prints the input as C#, shrunk,
/// and as a line for the corpus. <c>CsCheck_Seed</c> runs one case again.
/// </summary>
[TestFixture(typeof(SessionTarget), 4_000, 1_000_000)]
[TestFixture(typeof(CommandTarget), 15_000, 2_500_000)]
[TestFixture(typeof(DataTarget), 15_000, 2_500_000)]
[TestFixture(typeof(ProxyTarget), 15_000, 1_000_000)]
[TestFixture(typeof(AddressTarget), 15_000, 1_500_000)]
[TestFixture(typeof(ReplyTarget), 10_000, 1_500_000)]
internal sealed class FuzzTests<TTarget>(int usual, int soak)
    where TTarget : FuzzTarget, new()
{
    // Nowhere and everywhere cut, with either setting, and a few ways between.
    private const int Ways = 16;

    private readonly TTarget _target = new();

    [Test]
    public void Each_input_of_the_corpus_is_read_as_it_should_be_in_every_way()
    {
        foreach (var input in Corpus.Of(_target))
        {
            for (var way = 0; way < Ways; way++)
            {
                Run((input, way));
            }
        }
    }

    [Test]
    public void So_are_fresh_inputs_made_of_it() => Fuzz(usual);

    [Test]
    [Category("Soak")]
    public void So_are_millions() => Fuzz(soak);

    private void Fuzz(int count) => Mutations.Of(_target).Sample(Run, iter: count, threads: 2, print: Print);

    private void Run((byte[] Input, int Way) one)
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

    private static string Print((byte[] Input, int Way) one) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"new byte[] {{ {string.Join(", ", one.Input)} }}, way {one.Way}\nfor the corpus: {Corpus.Escape(one.Input)}"
        );
}
