namespace Relay.Core.Spool.PostgreSql;

/// <summary>Something that is done while no batch is under way.</summary>
internal sealed class SpoolPause(Func<Task> action) : ISpoolWrite
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Done => _done.Task;

    public bool NeedsLease => false;

    public bool IsNewMail => false;

    public async Task RunAsync()
    {
        try
        {
            await action();
            _done.TrySetResult();
        }
        catch (Exception failure)
        {
            _done.TrySetException(failure);
        }
    }

    public void Plan(WritePlan plan) => throw new NotSupportedException("Nothing is written.");

    public void Succeed() => _done.TrySetResult();

    public void Fail(Exception failure) => _done.TrySetException(failure);
}
