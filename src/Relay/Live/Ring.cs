namespace Relay.Live;

/// <summary>The last so many of something; not safe for use by many at once.</summary>
internal sealed class Ring<T>(int capacity)
{
    private readonly Queue<T> _items = new(Math.Min(capacity, 64));

    public int Count => _items.Count;

    /// <summary>The oldest first.</summary>
    public IEnumerable<T> Items => _items;

    public void Add(T item)
    {
        if (_items.Count == capacity)
        {
            _items.Dequeue();
        }

        _items.Enqueue(item);
    }
}
