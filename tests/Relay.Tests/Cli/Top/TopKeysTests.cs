using Relay.Cli.Top;
using static Relay.Tests.Cli.Top.TopReadings;

namespace Relay.Tests.Cli.Top;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TopKeysTests
{
    private static readonly UpstreamRow[] Rows =
    [
        .. new[] { "a", "b", "c" }.Select(static name => new UpstreamRow(Upstream(name), 0, null, [])),
    ];

    private readonly TopKeys _keys = new();

    [Test]
    public void Arrows_choose_and_stop_at_the_ends()
    {
        Press(ConsoleKey.UpArrow);
        Assert.That(_keys.IndexIn(Rows), Is.Zero);

        Enumerable.Range(0, 5).ToList().ForEach(_ => Press(ConsoleKey.DownArrow));
        Assert.That(_keys.IndexIn(Rows), Is.EqualTo(2));
    }

    [Test]
    public void The_choice_stays_with_its_upstream_when_the_order_changes()
    {
        Press(ConsoleKey.DownArrow);

        Assert.That(_keys.IndexIn([.. Enumerable.Reverse(Rows).Skip(1)]), Is.Zero, "b stands first now");
    }

    [Test]
    public void Drain_is_asked_about()
    {
        Assert.That(Type('d'), Is.Null);
        Assert.That(_keys.Question, Is.EqualTo("drain default/a? y/n"));
        Assert.That(Type('x'), Is.Null);
        Assert.That(_keys.Question, Is.Null);

        Type('d');
        Assert.That(Type('y'), Is.EqualTo(new TopAction("drain", Rows[0].Item)));
    }

    [Test]
    public void Resume_is_done_at_once() => Assert.That(Type('r')?.Path, Is.EqualTo("/api/v1/upstreams/default/a/resume"));

    [Test]
    public void A_weight_is_typed_and_confirmed()
    {
        foreach (var key in "w15")
        {
            Type(key);
        }

        Press(ConsoleKey.Backspace);
        Type('2');
        Assert.That(_keys.Question, Does.EndWith(": 12_"));
        Press(ConsoleKey.Enter);
        Assert.That(_keys.Question, Is.EqualTo("set the weight of default/a to 12? y/n"));
        Assert.That(Type('Y'), Is.EqualTo(new TopAction("weight", Rows[0].Item, 12)));
    }

    [TestCase("w0\r")]
    [TestCase("w9999\r")]
    [TestCase("w\r")]
    public void What_is_no_weight_changes_nothing(string keys)
    {
        foreach (var key in keys)
        {
            _ = key == '\r' ? Press(ConsoleKey.Enter) : Type(key);
        }

        Assert.That(_keys.Question, Is.Null);
        Assert.That(_keys.Note, Does.Contain("nothing was changed"));
        Assert.That(Type('y'), Is.Null);
    }

    [Test]
    public void Escape_leaves_the_weight_as_it_is()
    {
        Type('w');
        Press(ConsoleKey.Escape);

        Assert.That(_keys.Question, Is.Null);
        Assert.That(_keys.IsOver, Is.False);
    }

    [Test]
    public void S_goes_through_the_orders_and_q_ends()
    {
        var orders = Enum.GetValues<RowOrder>().Select(_ => (Type('s'), _keys.Order).Order).ToList();
        Type('q');

        Assert.That(orders, Is.Unique.And.EquivalentTo(Enum.GetValues<RowOrder>()));
        Assert.That(_keys.IsOver, Is.True);
    }

    [Test]
    public void Without_upstreams_keys_do_nothing()
    {
        foreach (var key in "drwjk")
        {
            Assert.That(_keys.Press(new ConsoleKeyInfo(key, default, false, false, false), []), Is.Null);
        }

        Assert.That(_keys.Question, Is.Null);
    }

    private TopAction? Type(char letter) => _keys.Press(new ConsoleKeyInfo(letter, default, false, false, false), Rows);

    private TopAction? Press(ConsoleKey key) => _keys.Press(new ConsoleKeyInfo('\0', key, false, false, false), Rows);
}
