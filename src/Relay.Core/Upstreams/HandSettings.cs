namespace Relay.Core.Upstreams;

/// <summary>
/// What operators have set of one server by hand, on this node or on another that shares its view. It overrides the configuration until it is undone, the configured weight changes or the server leaves the
/// configuration; on a node that runs alone also until the process ends.
/// </summary>
internal sealed class HandSettings(TimeProvider time)
{
    private readonly Lock _lock = new();
    private volatile HandWish _wish = HandWish.None;

    /// <summary>As it is now.</summary>
    public HandWish Wish => _wish;

    /// <summary>No new mail; deliveries under way finish.</summary>
    public void Drain() =>
        Change(wish =>
            wish.IsDrained ? wish : wish with { IsDrained = true, DrainedAt = time.GetUtcNow(), DrainedOn = null, Drains = wish.Drains + 1 }
        );

    /// <summary>Ends <see cref="Drain"/>, wherever that was said.</summary>
    public void Resume() =>
        Change(static wish => wish.IsDrained ? wish with { IsDrained = false, DrainedOn = null, Drains = wish.Drains + 1 } : wish);

    /// <param name="weight">For new messages; 0 for the configured one.</param>
    public void Weigh(int weight) => Change(wish => wish with { Weight = weight, Weighings = wish.Weighings + 1 });

    /// <summary>The configured weight has changed: what was set against the old one means nothing any more.</summary>
    public void ForgetWeight()
    {
        if (_wish.Weight > 0)
        {
            Weigh(0);
        }
    }

    /// <summary>The server is another one than before: nothing was set of it. Other nodes are told nothing.</summary>
    public void Clear() => Change(static wish => HandWish.None with { Drains = wish.Drains, Weighings = wish.Weighings });

    /// <summary>Takes over what an operator said on another node, unless one has said something here since.</summary>
    /// <param name="drains">What <see cref="HandWish.Drains"/> was when the other node's word was read.</param>
    /// <param name="isDrained">What was said.</param>
    /// <param name="since">When.</param>
    /// <param name="node">Where; null for here.</param>
    /// <returns>Whether that changed anything.</returns>
    public bool TakeDrain(long drains, bool isDrained, DateTimeOffset since, string? node) =>
        Change(wish =>
            wish.Drains != drains || wish.IsDrained == isDrained
                ? wish
                : wish with
                {
                    IsDrained = isDrained,
                    DrainedAt = since,
                    DrainedOn = isDrained ? node : null,
                }
        );

    /// <inheritdoc cref="TakeDrain"/>
    /// <param name="weighings">What <see cref="HandWish.Weighings"/> was when the other node's word was read.</param>
    /// <param name="weight">What was said.</param>
    public bool TakeWeight(long weighings, int weight) =>
        Change(wish => wish.Weighings != weighings || wish.Weight == weight ? wish : wish with { Weight = weight });

    private bool Change(Func<HandWish, HandWish> change)
    {
        lock (_lock)
        {
            var before = _wish;
            _wish = change(before);
            return !ReferenceEquals(before, _wish);
        }
    }
}
