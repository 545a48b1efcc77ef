using System.CommandLine;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal completion SHELL</c>: a script that asks the command itself what could follow.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _selfheal_complete() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(selfheal "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _selfheal_complete selfheal
        """;

    private const string Zsh = """
        #compdef selfheal
        _selfheal() {
            local -a found
            found=("${(@f)$(selfheal "[suggest:${#BUFFER}]" "$BUFFER" 2>/dev/null)}")
            compadd -- "${found[@]}"
            _files
        }
        compdef _selfheal selfheal
        """;

    private const string Fish = """
        complete -c selfheal -a '(set -l line (commandline -cp); selfheal "[suggest:"(string length -- $line)"]" $line 2>/dev/null)'
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
