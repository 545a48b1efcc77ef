using System.CommandLine;
using System.Text;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Export;
using SelfHealGitOps.Bot.Install;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal export</c>: the rules in the words of others. One method for each verb.</summary>
internal static class ExportCommand
{

    public static Command Create() => new("export", "Print the rules in the language of another program.")
    {
        Vap(),
    };

    private static Command Vap()
    {
        var command = new Command(
            "vap",
            """
            Print the rules that CEL can express as ValidatingAdmissionPolicies with their bindings: a backstop inside the API server, for when the webhook is down.
              Each judges exactly what the rule judges, in the kinds that Kubernetes itself has; which rules are left out, and why, is said on standard error and in the comment on top.
              CEL has no clock. An exemption of the policy file becomes an exclusion of its exact names, and holds for objects that were made until it expires: none made later is let in, but one made before may be updated until the policies are exported again. Export them whenever the policy file changes.
            """);
        var policyFile = new Option<string?>("--policy")
        {
            Description = $"The policy file; else the nearest {PolicySearch.FileName}, from the current folder upwards.",
            HelpName = "FILE",
        };
        var profile = new Option<string?>("--profile")
        {
            Description = $"The rules to export: {string.Join(", ", BuiltInProfiles.Names)}, or a profile of the policy file. Else what the file says, or {BuiltInProfiles.Default}.",
            HelpName = "NAME",
        };
        profile.CompletionSources.Add([.. BuiltInProfiles.Names]);
        var rule = new Option<string[]>("--rule")
        {
            Description = "Export this rule instead of a profile; may be given several times.",
            HelpName = "ID",
            AllowMultipleArgumentsPerToken = false,
        };
        rule.CompletionSources.Add(_ => RuleSelection.AllIds.Select(id => new System.CommandLine.Completions.CompletionItem(id)));
        var excluded = new Option<string[]>("--exclude-namespace")
        {
            Description = $"Judge nothing in this namespace; may be given several times. {string.Join(" and ", Installation.AlwaysExcluded)} are always left out.",
            HelpName = "NAME",
            AllowMultipleArgumentsPerToken = false,
        };
        var own = new Option<string>("--namespace", "-n")
        {
            Description = "Where the webhook runs, which is left out as well.",
            HelpName = "NAME",
            DefaultValueFactory = _ => Installation.DefaultNamespace,
        };
        var action = new Option<VapAction?>("--action")
        {
            Description = "What follows from a violation of any rule: Deny, Warn or Audit. Else its mode in the policy file (enforce denies, warn warns, observe goes to the audit log, off is left out), and where that says none its severity: an error denies, a warning warns, an info goes to the audit log.",
            HelpName = "Deny|Warn|Audit",
        };
        foreach (var option in new Option[] { policyFile, profile, rule, own, excluded, action })
        {
            command.Add(option);
        }

        command.SetAction(parsed => Print(
            Load(parsed.GetValue(policyFile)),
            parsed.GetValue(profile),
            parsed.GetValue(rule) ?? [],
            [.. (parsed.GetValue(excluded) ?? []).Select(name => Named(name, "--exclude-namespace")).Concat(Installation.AlwaysExcluded).Append(Named(parsed.GetValue(own)!, "--namespace")).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            parsed.GetValue(action),
            TimeProvider.System.GetUtcNow()));
        return command;
    }

    private static RepositoryPolicy Load(string? named) =>
        named is { Length: 0 } ? throw new UsageException("--policy wants the name of a file")
        : named is not null ? RepositoryPolicy.Read(RealPath.Of(named))
        : PolicySearch.Above(RealPath.Of(".")) is { } found ? RepositoryPolicy.Read(found)
        : RepositoryPolicy.None;

    private static int Print(RepositoryPolicy policy, string? profile, string[] ids, IReadOnlyList<string> excluded, VapAction? action, DateTimeOffset now)
    {
        var configuration = policy.Configuration;
        if (profile is not null && ids.Length > 0)
        {
            throw new UsageException("--profile and --rule cannot both be given");
        }

        profile ??= configuration.Profile;
        if (!configuration.HasProfile(profile))
        {
            var hint = Nearest.Hint(profile, configuration.ProfileNames);
            throw new UsageException($"--profile {profile}: there is no such profile{(hint.Length > 0 ? hint : ";")} use one of {string.Join(", ", configuration.ProfileNames)}");
        }

        var rules = ids.Length > 0 ? RuleSelection.OfIds(configuration, ids) : configuration.SetOf(profile);
        var export = VapExport.Of(rules, configuration.Settings, action, now, configuration.Admission);
        if (export.Policies.Count == 0)
        {
            throw new UsageException($"none of these rules has a form in CEL: {string.Join("; ", export.NotCovered.Select(each => $"{each.RuleId}: {each.Reason}"))}");
        }

        var header = HeaderOf(export, ids.Length > 0 ? "the rules asked for" : $"profile {profile}", configuration.Settings.PssVersion);
        using var output = Console.OpenStandardOutput();
        output.Write(Encoding.UTF8.GetBytes(VapYaml.TextOf(export, header, excluded)));
        foreach (var (id, reason) in export.NotCovered)
        {
            Console.Error.WriteLine($"not covered: {id}: {reason}");
        }

        foreach (var exemption in export.Exemptions)
        {
            Console.Error.WriteLine($"exemption: {Printable.Of(exemption)}");
        }

        return ExitCode.Clean;
    }

    private static string Named(string name, string option) =>
        IsNamespace(name) ? name : throw new UsageException($"{option} {name}: must be the exact name of a namespace");

    private static string HeaderOf(VapExport export, string what, PssVersion version)
    {
        var header = new StringBuilder($"selfheal export vap: {what}, Pod Security {version}. Made by a command; edit the policy file instead.\n");
        Add(header, "Covered:", export.Covered);
        Add(header, "Not covered:", export.NotCovered.Select(each => $"{each.RuleId}: {each.Reason}"));
        Add(header, "Exemptions:", export.Exemptions.Select(Printable.Of));
        return header.ToString().TrimEnd('\n');
    }

    private static void Add(StringBuilder header, string title, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count > 0)
        {
            header.Append($"\n{title}\n");
            all.ForEach(line => header.Append($"  {line}\n"));
        }
    }

    /// <summary>A label of DNS: in a selector a name with anything else in it would never be met, and its namespace be judged.</summary>
    private static bool IsNamespace(string name) =>
        name.Length is > 0 and <= 63 && name[0] != '-' && name[^1] != '-' && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
