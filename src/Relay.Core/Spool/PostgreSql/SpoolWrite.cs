namespace Relay.Core.Spool.PostgreSql;

/// <param name="write">Adds its statements, and returns what gives the result once they are committed.</param>
/// <param name="needsLease">Not without a lease of the node.</param>
/// <param name="isNewMail">A message that nobody has been answered 250 for.</param>
internal sealed class SpoolWrite<T>(Func<WritePlan, Func<T>> write, bool needsLease, bool isNewMail) : ISpoolWrite
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<T>? _result;

    public Task<T> Written => _completion.Task;

    public bool NeedsLease => needsLease;

    public bool IsNewMail => isNewMail;

    public void Plan(WritePlan plan) => _result = write(plan);

    public void Succeed() => _completion.TrySetResult(_result!());

    public void Fail(Exception failure) => _completion.TrySetException(failure);
}
