namespace Relay.Dashboard;

/// <summary>What whoever looks has chosen.</summary>
public enum ThemePreference
{
    System,
    Light,
    Dark,
}
