namespace Relay.Core.Spool;

/// <summary>What an operator does with rows. Active rows are never touched: somebody works on them.</summary>
internal abstract record QueueAction
{
    /// <summary>Whether it makes sense for a row in that state.</summary>
    public abstract bool AppliesTo(SpoolState state);

    /// <summary>The row as it is after it.</summary>
    public abstract SpoolPart ApplyTo(SpoolPart part);

    /// <summary>Due now.</summary>
    public sealed record Retry(DateTimeOffset Now) : QueueAction
    {
        public override bool AppliesTo(SpoolState state) => state is SpoolState.Waiting or SpoolState.Uncertain;

        public override SpoolPart ApplyTo(SpoolPart part) => part with { DueAt = Now };
    }

    /// <summary>Not tried any more.</summary>
    public sealed record Hold(string Reason) : QueueAction
    {
        public override bool AppliesTo(SpoolState state) => state is SpoolState.Waiting or SpoolState.Uncertain;

        public override SpoolPart ApplyTo(SpoolPart part) => part with { State = SpoolState.Held, Reason = Reason };
    }

    /// <summary>Tried again, now, by the routes of now. Who releases what may have been delivered wants it sent again, to anybody.</summary>
    public sealed record Release(DateTimeOffset Now) : QueueAction
    {
        public override bool AppliesTo(SpoolState state) => state == SpoolState.Held;

        public override SpoolPart ApplyTo(SpoolPart part) =>
            part with
            {
                State = SpoolState.Waiting,
                DueAt = Now,
                Group = "",
                IsGroupChosen = false,
                Upstream = null,
                Reason = "released by hand",
            };
    }

    /// <summary>To another group, now. The routes do not take it back as long as there is that group.</summary>
    public sealed record Move(string Group, DateTimeOffset Now) : QueueAction
    {
        public override bool AppliesTo(SpoolState state) => state is SpoolState.Waiting or SpoolState.Held or SpoolState.Uncertain;

        public override SpoolPart ApplyTo(SpoolPart part) =>
            part with
            {
                State = SpoolState.Waiting,
                DueAt = Now,
                Group = Group,
                IsGroupChosen = true,
                Upstream = null,
                Reason = $"moved to {Group} by hand",
            };
    }

    /// <summary>Without a bounce.</summary>
    public sealed record Delete : QueueAction
    {
        public override bool AppliesTo(SpoolState state) => state != SpoolState.Active;

        public override SpoolPart ApplyTo(SpoolPart part) => throw new NotSupportedException("A row that is deleted is no more.");
    }
}
