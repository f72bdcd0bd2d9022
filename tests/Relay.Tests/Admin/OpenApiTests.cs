namespace Relay.Tests.Admin;

/// <summary>The description of the API holds what there is.</summary>
internal sealed class OpenApiTests
{
    [Test]
    public async Task Every_endpoint_is_described_with_a_summary_and_what_it_answers()
    {
        await using var admin = await AdminUnderTest.StartAsync();

        var document = await admin.GetAsync("/openapi/v1.json");

        var operations = document
            .GetProperty("paths")
            .EnumerateObject()
            .Where(static path => path.Name.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(static path =>
                path.Value.EnumerateObject().Select(operation => (Name: $"{operation.Name} {path.Name}", operation.Value))
            )
            .ToList();
        Assert.That(
            operations.ConvertAll(static operation => operation.Name),
            Has.Count.GreaterThan(30).And.Contain("get /api/v1/messages/{id}")
        );
        foreach (var (name, operation) in operations)
        {
            Assert.That(operation.TryGetProperty("summary", out _), Is.True, name);
            var good = operation.GetProperty("responses").EnumerateObject().First(static response => response.Name.StartsWith('2'));
            Assert.That(good.Value.TryGetProperty("content", out var content) && content.EnumerateObject().Any(), Is.True, name);
            Assert.That(operation.GetProperty("responses").TryGetProperty("401", out _), Is.True, name);
        }
    }

    [Test]
    public async Task Parameters_of_lists_are_described()
    {
        await using var admin = await AdminUnderTest.StartAsync();

        var document = await admin.GetAsync("/openapi/v1.json");

        var parameters = document.GetProperty("paths").GetProperty("/api/v1/messages").GetProperty("get").GetProperty("parameters");
        var names = parameters.EnumerateArray().Select(static parameter => parameter.GetProperty("name").GetString()!.ToLowerInvariant());
        Assert.That(
            names,
            Is.SupersetOf(new[] { "id", "sender", "recipient", "messageid", "queueid", "status", "search", "after", "limit" })
        );
    }
}
