namespace Relay.TestKit.Clients;

/// <summary>Clients that have said EHLO and wait.</summary>
public sealed class IdleClients : IAsyncDisposable
{
    private const int AtATime = 50;

    private readonly List<RawSmtpClient> _clients = [];

    private IdleClients() { }

    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="count">How many.</param>
    /// <param name="address">The address of each by its number, from 0.</param>
    public static async Task<IdleClients> OpenAsync(int port, int count, Func<int, string> address)
    {
        var all = new IdleClients();
        foreach (var numbers in Enumerable.Range(0, count).Chunk(AtATime))
        {
            all._clients.AddRange(await Task.WhenAll(numbers.Select(number => RawSmtpClient.OpenAsync(port, address(number)))));
        }

        return all;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }
    }
}
