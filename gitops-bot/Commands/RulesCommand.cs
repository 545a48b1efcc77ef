using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal rules [ID]</c>: the rules as the policy of the current folder has them, or all that is known of one.</summary>
internal static class RulesCommand
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var command = new Command("rules", "List the rules, or explain one: as the policy file of this folder has them, with its own.");
        var id = new Argument<string?>("ID") { Description = "The rule to explain.", HelpName = "ID", Arity = ArgumentArity.ZeroOrOne };
        id.CompletionSources.Add(_ => RuleSelection.AllIds.Concat(ExemptionFindings.Infos.Select(info => info.Id)).Select(rule => new System.CommandLine.Completions.CompletionItem(rule)));
        command.Add(id);
        command.SetAction(parsed =>
        {
            var policy = PolicySearch.Above(RealPath.Of(".")) is { } file ? RepositoryPolicy.Read(file) : RepositoryPolicy.None;
            if (parsed.GetValue(id) is not { } wanted)
            {
                List(policy.Configuration);
            }
            else if (ExemptionFindings.Infos.FirstOrDefault(info => info.Id == wanted) is { } exemption)
            {
                Explain(exemption, "none: found in any, wherever there are exemptions");
            }
            else
            {
                var rule = RuleSelection.Find(policy.Configuration, wanted);
                Explain(rule.Info, string.Join(", ", ProfileNames(rule.Info.Profiles)));
                ExplainUse(rule);
            }

            return ExitCode.Clean;
        });
        return command;
    }

    private static void List(PolicyConfiguration policy)
    {
        var rules = policy.Rules.Select(rule => rule.Info).Concat(ExemptionFindings.Infos).OrderBy(info => info.Id, StringComparer.Ordinal).ToList();
        var width = rules.Max(rule => rule.Id.Length);
        foreach (var rule in rules)
        {
            Console.Out.WriteLine($"{rule.Id.PadRight(width)}  {Words.Of(rule.Severity),-7}  {Printable.Of(rule.Title)}");
        }
    }

    private static void Explain(RuleInfo rule, string profiles)
    {
        var ansi = Ansi.ForOutput();
        Console.Out.WriteLine($"{ansi.Bold(rule.Id)}: {Printable.Of(rule.Title)}");
        Console.Out.WriteLine($"severity  {Words.Of(rule.Severity)}");
        Console.Out.WriteLine($"profiles  {profiles}");
        Console.Out.WriteLine($"why       {rule.Why}");
        Console.Out.WriteLine($"remedy    {rule.Remedy}");
        Console.Out.WriteLine($"source    {rule.Source}");
    }

    private static void ExplainUse(Rule rule)
    {
        Console.Out.WriteLine($"judges    {(rule is SetRule ? "an object among all others of a scan; not at admission" : "one object; at admission, too")}");
        foreach (var parameter in rule.Parameters)
        {
            Console.Out.WriteLine($"parameter {parameter.Name}: {parameter.Meaning}; {parameter.Shape}; {parameter.Default.ToJson().ToJsonString(Readable)} unless set");
        }
    }

    private static IEnumerable<string> ProfileNames(Profiles profiles)
    {
        if (profiles.HasFlag(Profiles.Default))
        {
            yield return "default";
        }

        if (profiles.HasFlag(Profiles.OnlyScan))
        {
            yield return "default of a scan";
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
