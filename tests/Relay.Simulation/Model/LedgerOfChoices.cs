using Relay.Simulation.Servers;

namespace Relay.Simulation.Model;

/// <content>Where a message may go: to its group, to the best tier in service, and to nobody who was drained or taken out before.</content>
internal sealed partial class Ledger
{
    /// <summary>A server is turned to, and has not been chosen for one or the other: then it is for all who are left. A run from the spool has said before for whom.</summary>
    private void ChooseForAll(MessageStory story, List<RecipientStory> open, SimulatedServer server)
    {
        if (!open.Exists(recipient => recipient.Asked.Contains(server)))
        {
            Choose(story, open, server);
        }
    }

    /// <summary>A server was chosen for these recipients.</summary>
    private void Choose(MessageStory story, List<RecipientStory> recipients, SimulatedServer server)
    {
        Check(recipients.Count > 0, $"{story.Id} goes to {server.Name} of {server.Group}, and has nobody left for that group");
        foreach (var recipient in recipients)
        {
            if (recipient.Asked.Add(server))
            {
                Check(recipient.Group == server.Group, $"{story.Id} goes to {server.Group} and not to {recipient.Group}");
                CheckChoice(story, recipient, server);
                recipient.ChoosingSince = time.Now;
            }
        }
    }

    private void CheckChoice(MessageStory story, RecipientStory recipient, SimulatedServer server)
    {
        var isDrained = _drainedAt.TryGetValue(server, out var drainedAt) && drainedAt < recipient.ChoosingSince;
        Check(!isDrained, $"{story.Id} goes to {server.Name}, which was drained before");
        // What began to choose before a reload may end on either side of it.
        var isGone = _goneAt.TryGetValue(server, out var goneAt) && goneAt < recipient.ChoosingSince;
        Check(!isGone, $"{story.Id} goes to {server.Name}, which was taken out before");
        if (story.Deliveries.Exists(earlier => earlier.Server == server && earlier.MayHaveIt))
        {
            return; // it may have the message already: nobody else is better, whatever the tier
        }

        var isReloaded = _reloadedAt >= recipient.ChoosingSince;
        foreach (var better in Servers)
        {
            // When exactly Relay chose is not seen from here: it is enough that the better one was out at some moment since it began to.
            var isBackSince = _backAt.TryGetValue(better.Name, out var back) && back >= recipient.ChoosingSince;
            var wasOut = isReloaded || isBackSince || _out.Contains(better.Name);
            Check(
                better.Group != server.Group || better.Tier >= server.Tier || recipient.Asked.Contains(better) || wasOut,
                $"{story.Id} goes to {server.Name} of tier {server.Tier} although {better.Name} of tier {better.Tier} is in service and was not asked"
            );
        }
    }
}
