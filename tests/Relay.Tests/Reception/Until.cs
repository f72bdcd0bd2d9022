using NUnit.Framework.Internal;

namespace Relay.Tests.Reception;

/// <summary>Waits for something that another thread brings about.</summary>
internal static class Until
{
    public static async Task TrueAsync(Func<bool> condition)
    {
        while (!condition())
        {
            TestExecutionContext.CurrentContext.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
