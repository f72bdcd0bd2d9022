namespace Relay.Core.Configuration;

/// <summary>Marks an option whose value is never logged nor shown.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretAttribute : Attribute;
