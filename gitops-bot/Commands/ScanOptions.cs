using System.CommandLine;

namespace SelfHealGitOps.Bot.Commands;

/// <summary>The arguments of <c>selfheal scan</c>, as they stand on the command line.</summary>
internal sealed class ScanOptions
{
    public Argument<string[]> Paths { get; } = new("PATH")
    {
        Description = "Files or folders to scan; - for standard input. The current folder when none is given.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public Option<bool> Fix { get; } = new("--fix")
    {
        Description = "Mend the files in place with fixes that cannot change what a working workload does.",
    };

    public Option<bool> Unsafe { get; } = new("--unsafe")
    {
        Description = "With --fix or --diff: also fixes that a person has to review.",
    };

    public Option<bool> Diff { get; } = new("--diff")
    {
        Description = "Show what fixing would change, and write nothing.",
    };

    public PolicyOptions Policy { get; } = new();

    public Option<string[]> Rules { get; } = new("--rules")
    {
        Description = "Judge by these rules alone, whatever the profile: ids, separated by commas.",
        HelpName = "ID,...",
        AllowMultipleArgumentsPerToken = false,
    };

    public Option<string> FailOn { get; } = WithWords(
        new("--fail-on") { Description = "Exit with 1 when a finding is this bad, or worse.", DefaultValueFactory = _ => "error" },
        ["error", "warning", "info", "never"]);

    public Option<string[]> Output { get; } = new("--output", "-o")
    {
        Description = $"A report ({string.Join(", ", ReportTarget.Formats)}) to standard output or to a file; may be given several times.",
        HelpName = "FORMAT[=FILE]",
        AllowMultipleArgumentsPerToken = false,
    };

    public GateOptions Gate { get; } = new();

    public void AddTo(Command command)
    {
        command.Add(Paths);
        foreach (var option in new Option[] { Fix, Unsafe, Diff, Rules, FailOn, Output })
        {
            command.Add(option);
        }

        Policy.AddTo(command);
        Gate.AddTo(command);
        Rules.CompletionSources.Add(context =>
        {
            // The last of several ids is the one being typed.
            var before = context.WordToComplete[..(context.WordToComplete.LastIndexOf(',') + 1)];
            return RuleSelection.AllIds.Select(id => new System.CommandLine.Completions.CompletionItem(before + id));
        });
        Output.CompletionSources.Add(ReportTarget.Formats);
    }

    private static Option<string> WithWords(Option<string> option, string[] words)
    {
        option.AcceptOnlyFromAmong(words);
        return option;
    }
}
