namespace Relay.Simulation.Engine;

/// <summary>Runs on the pump, after some time, what the program has other threads write to disk; what has not been written when the process dies never is.</summary>
internal sealed class DiskScheduler(Pump pump, VirtualTime time, Life life, Random random) : TaskScheduler
{
    protected override IEnumerable<Task> GetScheduledTasks() => [];

    protected override void QueueTask(Task task) => time.After(TimeSpan.FromMilliseconds(random.Next(1, 30)), () => Begin(task));

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    private void Begin(Task task)
    {
        if (!life.IsOver)
        {
            pump.Post(_ => RunUnlessOver(task), null);
        }
    }

    private void RunUnlessOver(Task task)
    {
        if (!life.IsOver)
        {
            TryExecuteTask(task);
        }
    }
}
