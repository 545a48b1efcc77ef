using System.CommandLine;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal rules [ID]</c>: the catalogue, or all that is known of one rule.</summary>
internal static class RulesCommand
{
    public static Command Create()
    {
        var command = new Command("rules", "List the rules, or explain one.");
        var id = new Argument<string?>("ID") { Description = "The rule to explain.", HelpName = "ID", Arity = ArgumentArity.ZeroOrOne };
        id.CompletionSources.Add(_ => All().Select(info => info.Id).Select(rule => new System.CommandLine.Completions.CompletionItem(rule)));
        command.Add(id);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(id) is { } wanted)
            {
                Explain(ExemptionFindings.Infos.FirstOrDefault(info => info.Id == wanted) ?? RuleSelection.Find(wanted).Info);
            }
            else
            {
                List();
            }

            return ExitCode.Clean;
        });
        return command;
    }

    /// <summary>The rules, and what is found of exemptions, by id.</summary>
    private static IEnumerable<RuleInfo> All() =>
        Catalogue.All.Select(rule => rule.Info).Concat(ExemptionFindings.Infos).OrderBy(info => info.Id, StringComparer.Ordinal);

    private static void List()
    {
        var rules = All().ToList();
        var width = rules.Max(rule => rule.Id.Length);
        foreach (var rule in rules)
        {
            Console.Out.WriteLine($"{rule.Id.PadRight(width)}  {Words.Of(rule.Severity),-7}  {rule.Title}");
        }
    }

    private static void Explain(RuleInfo rule)
    {
        var ansi = Ansi.ForOutput();
        Console.Out.WriteLine($"{ansi.Bold(rule.Id)}: {rule.Title}");
        Console.Out.WriteLine($"severity  {Words.Of(rule.Severity)}");
        Console.Out.WriteLine($"profiles  {(ExemptionFindings.Infos.Contains(rule) ? "none: found in any, wherever there are exemptions" : string.Join(", ", ProfileNames(rule.Profiles)))}");
        Console.Out.WriteLine($"why       {rule.Why}");
        Console.Out.WriteLine($"remedy    {rule.Remedy}");
        Console.Out.WriteLine($"source    {rule.Source}");
    }

    private static IEnumerable<string> ProfileNames(Profiles profiles)
    {
        if (profiles.HasFlag(Profiles.Default))
        {
            yield return "default";
        }

        if (profiles.HasFlag(Profiles.KubeLinter))
        {
            yield return "kube-linter";
        }

        if (profiles.HasFlag(Profiles.PssBaseline))
        {
            yield return "pss-baseline";
        }

        if (profiles.HasFlag(Profiles.PssRestricted))
        {
            yield return "pss-restricted";
        }

        yield return "all";
    }
}
