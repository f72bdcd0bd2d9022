namespace Relay.Core.Upstreams.Pace;

/// <summary>Keeps the books of all accounts together with other nodes.</summary>
internal interface IAccountBooks
{
    /// <param name="account">Name of the group and of the upstream in the configuration, in lower case; the same on all nodes.</param>
    IAccountBook Of(string account);
}
