using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Pace;

/// <summary>What a reply says about pace.</summary>
/// <param name="Meaning">Whether it asks for less mail, or says that a quota is used up, or minds the number of connections.</param>
/// <param name="Pause">How long the server wants to be left alone, where it says so; at most a day.</param>
internal readonly record struct ThrottleWord(ThrottleMeaning Meaning, TimeSpan? Pause = null);
