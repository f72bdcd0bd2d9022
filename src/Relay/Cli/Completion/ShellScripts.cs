namespace Relay.Cli.Completion;

/// <summary>One script for each shell. All do the same: hand the line to the program, show what it answers, and offer files where it has no answer.</summary>
internal static class ShellScripts
{
    private const string Bash = """
        # Completion of relay for bash: put  source <(relay completion bash)  into ~/.bashrc
        _relay_complete() {
            local word="${COMP_LINE:0:COMP_POINT}"
            word="${word##* }"
            local answers
            answers="$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)"
            COMPREPLY=()
            while IFS= read -r answer; do
                [[ -n "$answer" ]] || continue
                # Readline takes a colon for the end of a word: what stands before it is on the line already.
                [[ "$COMP_WORDBREAKS" == *:* && "$word" == *:* ]] && answer="${answer#"${word%"${word##*:}"}"}"
                COMPREPLY+=("$answer")
            done <<<"$answers"
        }
        complete -o bashdefault -o default -F _relay_complete relay

        """;

    private const string Zsh = """
        #compdef relay
        # Completion of relay for zsh: put  source <(relay completion zsh)  into ~/.zshrc behind compinit, or save it as _relay in a folder of $fpath.
        _relay() {
            local -a answers
            answers=("${(@f)$("${words[1]}" "[suggest:${#${(j: :)words[1,CURRENT]}}]" "${(j: :)words[1,CURRENT]}" 2>/dev/null)}")
            answers=("${(@)answers:#}")
            if (( ${#answers} )); then
                compadd -a answers
            else
                _files
            fi
        }
        if [[ "${funcstack[1]}" == _relay ]]; then
            _relay "$@"
        else
            compdef _relay relay
        fi

        """;

    private const string Fish = """
        # Completion of relay for fish: save it as ~/.config/fish/completions/relay.fish
        function __relay_complete
            set -l line (commandline -cp)
            set -l program (commandline -opc)[1]
            set -l answers ($program "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)
            if test (count $answers) -gt 0
                printf '%s\n' $answers
            else
                __fish_complete_path (commandline -ct)
            end
        end
        complete -c relay -f -a '(__relay_complete)'

        """;

    private const string PowerShell = """
        # Completion of relay for PowerShell: put  relay completion powershell | Out-String | Invoke-Expression  into your $PROFILE
        Register-ArgumentCompleter -Native -CommandName relay -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $line = $commandAst.ToString().PadRight($cursorPosition)
            $program = $commandAst.CommandElements[0].ToString()
            & $program "[suggest:$cursorPosition]" "$line" 2>$null | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }

        """;

    private static readonly (string Name, string Text)[] All = [("bash", Bash), ("zsh", Zsh), ("fish", Fish), ("powershell", PowerShell)];

    public static IEnumerable<string> Names => All.Select(static script => script.Name);

    /// <summary>With line ends as shells read them on every system.</summary>
    public static string Of(string shell) =>
        Array.Find(All, script => script.Name == shell).Text.Replace("\r\n", "\n", StringComparison.Ordinal);
}
