namespace Relay.Core.Spool.PostgreSql;

/// <summary>Something to be written in one commit with others.</summary>
internal interface ISpoolWrite
{
    /// <summary>It claims or names something: not without a lease of the node.</summary>
    bool NeedsLease { get; }

    /// <summary>A message that nobody has been answered 250 for: on a full disk it makes way for those that are there.</summary>
    bool IsNewMail { get; }

    /// <summary>Says anew what is to be done.</summary>
    void Plan(WritePlan plan);

    /// <summary>It is committed.</summary>
    void Succeed();

    /// <summary>It has not happened, or nobody knows.</summary>
    void Fail(Exception failure);
}
