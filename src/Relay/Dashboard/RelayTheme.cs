using MudBlazor;

namespace Relay.Dashboard;

/// <summary>
/// Colours and type of the dashboard. The fonts are those of the system, so that nothing is loaded from elsewhere; every text has at least 4.5 : 1 against what
/// it stands on (WCAG 2.2, 1.4.3).
/// </summary>
internal static class RelayTheme
{
    private static readonly string[] Fonts = ["system-ui", "-apple-system", "Segoe UI", "Noto Sans", "DejaVu Sans", "sans-serif"];

    public static MudTheme Create() =>
        new()
        {
            PaletteLight = Light(),
            PaletteDark = Dark(),
            LayoutProperties = new LayoutProperties
            {
                DefaultBorderRadius = "8px",
                DrawerWidthLeft = "210px",
                AppbarHeight = "56px",
            },
            Typography = Type(),
        };

    private static PaletteLight Light() =>
        new()
        {
            Primary = "#2a55c4",
            Secondary = "#5b4bb3",
            Success = "#176f31",
            Warning = "#855900",
            Error = "#b3261e",
            Info = "#0a5cb8",
            Background = "#f4f6f9",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#1b2027",
            DrawerBackground = "#ffffff",
            DrawerText = "#2b323b",
            DrawerIcon = "#4a5461",
            TextPrimary = "#1b2027",
            TextSecondary = "#525c69",
            TextDisabled = "#6a7480",
            ActionDefault = "#4a5461",
            LinesDefault = "#dfe4ea",
            LinesInputs = "#7c8794",
            TableLines = "#e4e8ee",
            Divider = "#dfe4ea",
        };

    private static PaletteDark Dark() =>
        new()
        {
            Primary = "#9dbcff",
            PrimaryContrastText = "#0c1527",
            Secondary = "#c3b6ff",
            SecondaryContrastText = "#14102b",
            Success = "#63d485",
            SuccessContrastText = "#06200f",
            Warning = "#e9bc52",
            WarningContrastText = "#251a00",
            Error = "#ff9b92",
            ErrorContrastText = "#2d0704",
            Info = "#86c1ff",
            InfoContrastText = "#04182c",
            Background = "#0f1319",
            Surface = "#181d25",
            AppbarBackground = "#181d25",
            AppbarText = "#e8ecf2",
            DrawerBackground = "#181d25",
            DrawerText = "#d6dce4",
            DrawerIcon = "#aab4c0",
            TextPrimary = "#e8ecf2",
            TextSecondary = "#aeb8c4",
            TextDisabled = "#8f9aa7",
            ActionDefault = "#aab4c0",
            LinesDefault = "#2c343f",
            LinesInputs = "#717d8b",
            TableLines = "#2a313b",
            Divider = "#2c343f",
        };

    private static Typography Type() =>
        new()
        {
            Default = new DefaultTypography { FontFamily = Fonts, FontSize = ".9rem" },
            H1 = new H1Typography
            {
                FontFamily = Fonts,
                FontSize = "1.5rem",
                FontWeight = "650",
                LineHeight = "1.3",
            },
            H2 = new H2Typography
            {
                FontFamily = Fonts,
                FontSize = "1.08rem",
                FontWeight = "650",
                LineHeight = "1.4",
            },
            H3 = new H3Typography
            {
                FontFamily = Fonts,
                FontSize = ".95rem",
                FontWeight = "650",
                LineHeight = "1.4",
            },
            Body1 = new Body1Typography { FontFamily = Fonts, FontSize = ".92rem" },
            Body2 = new Body2Typography { FontFamily = Fonts, FontSize = ".86rem" },
            Button = new ButtonTypography
            {
                FontFamily = Fonts,
                FontSize = ".86rem",
                FontWeight = "600",
                TextTransform = "none",
            },
        };
}
