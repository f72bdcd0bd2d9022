using System.Text.Json;

namespace Relay.DashboardTests;

/// <summary>Asks the API about captured mail: what the page shows, and did, is compared with it.</summary>
internal static class CapturedMail
{
    /// <summary>Id of the newest.</summary>
    public static async Task<string> NewestAsync(HttpClient api) => (await ListAsync(api))[0].GetProperty("id").GetString()!;

    public static async Task<IReadOnlyList<JsonElement>> ListAsync(HttpClient api)
    {
        using var page = JsonDocument.Parse(await api.GetStringAsync("/api/v1/captured"));
        return [.. page.RootElement.GetProperty("items").EnumerateArray().Select(static item => item.Clone())];
    }
}
