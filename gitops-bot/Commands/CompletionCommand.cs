using System.CommandLine;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal completion SHELL</c>: a script that asks the command itself what could follow.</summary>
internal static class CompletionCommand
{
    // Option and word are asked for apart, whichever way they are written: '=' becomes a blank, and nothing moves. Options
    // are offered where one is begun, so that a path can be completed as a file.
    private const string Bash = """
        _selfheal_complete() {
            local word=${COMP_WORDS[COMP_CWORD]} line=${COMP_LINE:0:COMP_POINT} found=() suggestion
            [[ $word == = ]] && word=
            while IFS= read -r suggestion; do
                [[ $suggestion == "$word"* ]] && [[ $word == -* || $suggestion != [-/]* ]] && found+=("$suggestion")
            done < <(selfheal "[suggest:${#line}]" "${line//=/ }" 2>/dev/null)
            COMPREPLY=("${found[@]}")
        }
        complete -o bashdefault -o default -F _selfheal_complete selfheal
        """;

    private const string Zsh = """
        #compdef selfheal
        _selfheal() {
            local -a found
            local line="${BUFFER[1,CURSOR]}"
            found=("${(@f)$(selfheal "[suggest:${#line}]" "${line//=/ }" 2>/dev/null)}")
            compadd -- "${found[@]}"
            _files
        }
        compdef _selfheal selfheal
        """;

    private const string Fish = """
        function __selfheal_suggest
            set -l line (string replace --all -- '=' ' ' (commandline --cut-at-cursor))
            selfheal "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete --command selfheal --arguments '(__selfheal_suggest)'
        """;

    public static Command Create()
    {
        var command = new Command("completion", "Print a completion script for a shell; 'source <(selfheal completion bash)' loads it.");
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        command.Add(shell);
        command.SetAction(parsed =>
        {
            Console.Out.WriteLine(parsed.GetValue(shell) switch
            {
                "zsh" => Zsh,
                "fish" => Fish,
                _ => Bash,
            });
            return ExitCode.Clean;
        });
        return command;
    }
}
