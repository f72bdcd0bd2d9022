using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Relay.Dashboard.Components;

/// <summary>Tabs that the arrow keys move between, as the ARIA practices ask for.</summary>
public sealed partial class TabRow
{
    private readonly Dictionary<string, ElementReference> _buttons = new(StringComparer.Ordinal);

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    [Parameter, EditorRequired]
    public IReadOnlyList<string> Names { get; set; } = [];

    [Parameter, EditorRequired]
    public string Selected { get; set; } = "";

    [Parameter]
    public EventCallback<string> SelectedChanged { get; set; }

    private async Task MoveAsync(KeyboardEventArgs pressed)
    {
        var step = pressed.Key switch
        {
            "ArrowRight" => 1,
            "ArrowLeft" => -1,
            _ => 0,
        };
        if (step == 0)
        {
            return;
        }

        var index = Names.Index().FirstOrDefault(name => name.Item == Selected).Index;
        var next = Names[(index + step + Names.Count) % Names.Count];
        await SelectedChanged.InvokeAsync(next);
        await _buttons[next].FocusAsync();
    }
}
