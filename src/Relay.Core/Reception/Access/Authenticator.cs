using System.Security.Cryptography;
using Relay.Core.Configuration;

namespace Relay.Core.Reception.Access;

/// <summary>What the logins of all listeners have in common, and keep over a reload: what was counted, what was checked.</summary>
/// <param name="time">The clock.</param>
/// <param name="workers">Where passwords are checked; null: on threads of the pool.</param>
internal sealed class Authenticator(TimeProvider time, TaskScheduler? workers = null) : IDisposable
{
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(HMACSHA512.HashSizeInBytes);

    public PasswordChecker Passwords { get; } = new(time, workers);

    public LoginGuard Guard { get; } = new(time);

    /// <summary>What a listener needs to know; null where nobody can log in, and AUTH is not offered.</summary>
    public LoginSettings? SettingsOf(AccessOptions access, ListenerOptions listener) =>
        access.Users.Count == 0
            ? null
            : new LoginSettings(this, new UserDirectory(access.Users, _secret), access.FailedLogins)
            {
                AllowClearText = listener.AllowClearTextAuth,
                IsRequired = listener.RequireAuth,
            };

    public void Dispose() => Passwords.Dispose();
}
