namespace Relay.Simulation.Engine;

/// <summary>Runs on the pump what the program gives to threads of its own.</summary>
internal sealed class PumpScheduler(Pump pump) : TaskScheduler
{
    protected override IEnumerable<Task> GetScheduledTasks() => [];

    protected override void QueueTask(Task task) => pump.Post(_ => TryExecuteTask(task), null);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;
}
