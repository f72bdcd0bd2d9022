// The little that only the browser can tell or do: whether the page is seen, what the system prefers, what was chosen before.
const key = "relay-theme";

function kept() {
    try {
        return localStorage.getItem(key) ?? "system";
    } catch {
        return "system"; // storage may be forbidden
    }
}

export function connect(page) {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const tell = () => page.invokeMethodAsync("Tell", document.visibilityState !== "hidden", dark.matches);
    document.addEventListener("visibilitychange", tell);
    dark.addEventListener("change", tell);
    return { preference: kept(), isDark: dark.matches, isVisible: document.visibilityState !== "hidden" };
}

// Native controls and scroll bars follow the page.
export function paint(isDark) {
    document.documentElement.style.colorScheme = isDark ? "dark" : "light";
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
}

export function keep(preference) {
    try {
        localStorage.setItem(key, preference);
    } catch {
        // It holds until the page is left.
    }
}
