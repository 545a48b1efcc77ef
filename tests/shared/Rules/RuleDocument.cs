using System.Globalization;
using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;

namespace SelfHealGitOps.Tests.Rules;

/// <summary>Writes <c>docs/rules.md</c>: what the catalogue says of each rule, and an example out of its fixtures.</summary>
internal static class RuleDocument
{
    private const int MostLines = 18;

    private static readonly (string Title, Func<RuleInfo, bool> Has)[] Sections =
    [
        ("Pod Security Standards", rule => rule.Id.StartsWith("pss-", StringComparison.Ordinal)),
        ("Checks of kube-linter", rule => rule.Source.Contains("kubelinter", StringComparison.Ordinal)),
        ("Rules of our own", _ => true),
    ];

    public static string Write()
    {
        var text = new StringBuilder();
        text.Append(
            """
            # Rules

            Generated from the catalogue and the fixtures of its rules; do not edit. `selfheal rules` lists the same.

            A rule judges **one object**, wherever it is met, or an object **in its set**, among all the others of a scan;
            those of the second kind do not run at admission. Every finding comes with a fix, Safe or for Review, or with a
            refusal that names what has to be found out first. Parameters, severities and profiles are set in
            [`.selfheal.yaml`](configuration.md).


            """);
        var rest = Catalogue.All.OrderBy(rule => rule.Info.Id, StringComparer.Ordinal).ToList();
        var sections = new List<(string Title, List<Rule> Rules)>();
        foreach (var (title, has) in Sections)
        {
            var rules = rest.FindAll(rule => has(rule.Info));
            rest.RemoveAll(rules.Contains);
            sections.Add((title, rules));
        }

        foreach (var (title, rules) in sections)
        {
            text.Append(CultureInfo.InvariantCulture, $"**{title}**\n\n| rule | severity | | |\n|---|---|---|---|\n");
            foreach (var rule in rules)
            {
                text.Append(CultureInfo.InvariantCulture, $"| [{rule.Info.Id}](#{rule.Info.Id}) | {Word(rule.Info.Severity)} | {rule.Info.Title} | {Scope(rule)} |\n");
            }

            text.Append('\n');
        }

        text.Append("**Exemptions**\n\n| finding | severity | | |\n|---|---|---|---|\n");
        foreach (var info in ExemptionFindings.Infos)
        {
            text.Append(CultureInfo.InvariantCulture, $"| [{info.Id}](#{info.Id}) | {Word(info.Severity)} | {info.Title} | an exemption |\n");
        }

        text.Append('\n');
        foreach (var (title, rules) in sections)
        {
            text.Append(CultureInfo.InvariantCulture, $"## {title}\n\n");
            foreach (var rule in rules)
            {
                Write(text, rule);
            }
        }

        text.Append("## Exemptions\n\nWhat is wrong with an exemption is found, too, in whichever profile. See [exemptions](exemptions.md).\n\n");
        foreach (var info in ExemptionFindings.Infos)
        {
            text.Append(CultureInfo.InvariantCulture, $"### {info.Id}\n\n**{info.Title}.** {info.Why}\n\n{Capital(Word(info.Severity))}\n\n*Remedy.* {info.Remedy}\n\n");
        }

        return text.ToString().TrimEnd() + "\n";
    }

    private static void Write(StringBuilder text, Rule rule)
    {
        var info = rule.Info;
        text.Append(CultureInfo.InvariantCulture, $"### {info.Id}\n\n**{info.Title}.** {info.Why}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{Capital(Word(info.Severity))} · judges {Scope(rule)} · profiles {string.Join(", ", Profiles(info.Profiles))} · [source]({info.Source})\n\n");
        text.Append(CultureInfo.InvariantCulture, $"*Remedy.* {info.Remedy}\n\n");
        if (rule.Parameters.Count > 0)
        {
            text.Append("| parameter | | default |\n|---|---|---|\n");
            foreach (var parameter in rule.Parameters)
            {
                text.Append(CultureInfo.InvariantCulture, $"| `{parameter.Name}` | {parameter.Meaning}; {parameter.Shape} | `{Cell(parameter.Default.ToJson().ToJsonString(Readable))}` |\n");
            }

            text.Append('\n');
        }

        WriteExample(text, rule);
    }

    private static readonly System.Text.Json.JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The shortest finding tells most: one with a fix before one without.</summary>
    private static void WriteExample(StringBuilder text, Rule rule)
    {
        var example = RuleCase.All.Where(each => each.Rule.Info.Id == rule.Info.Id)
            .SelectMany(each => Judgement(each).Select(finding => (Case: each, Finding: finding)))
            .OrderBy(each => each.Finding.Rendered is null)
            .FirstOrDefault();
        if (example.Case is null)
        {
            return;
        }

        var (fixture, finding) = example;
        var bad = Lines(fixture.Read("bad.yaml")!.Memory.ToArray());
        text.Append(CultureInfo.InvariantCulture, $"Bad: {finding.Message}.\n\n");
        Fence(text, Outline.Of(bad, [finding.Origin.Line - 1]));
        if (finding is { Fix: { } fix, Rendered: { } rendered })
        {
            text.Append(CultureInfo.InvariantCulture, $"Good, after the fix ({Word(fix.Safety)}): {fix.Title}.\n\n");
            var good = Lines(TextSplice.ApplyAll(fixture.Read("bad.yaml")!.Bytes, rendered.Splices));
            Fence(text, Outline.Of(good, Changed(bad, good)));
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"No fix, {Code(finding.Refusal!.Code)}: {finding.Refusal.Message}.\n\n");
            WriteGood(text, rule, finding);
        }
    }

    /// <summary>Without a fix, the example is where the good fixture has the field that the finding is about; else its first object.</summary>
    private static void WriteGood(StringBuilder text, Rule rule, Finding finding)
    {
        // Where the cut would read badly, the fixtures have an example of their own.
        var own = Path.Combine(RuleCase.Root, rule.Info.Id, "example.yaml");
        if (File.Exists(own))
        {
            text.Append("Good:\n\n");
            Fence(text, File.ReadAllText(own).ReplaceLineEndings("\n"));
            return;
        }

        var path = Path.Combine(RuleCase.Root, rule.Info.Id, "good.yaml");
        if (!File.Exists(path))
        {
            return;
        }

        var good = Lines(File.ReadAllBytes(path));
        var keys = finding.Path.Steps.OfType<PathStep.Key>().Select(key => key.Name).Reverse();
        foreach (var key in keys)
        {
            if (good.FindIndex(line => line.TrimStart(' ', '-').StartsWith(key + ":", StringComparison.Ordinal)) is >= 0 and var at)
            {
                text.Append("Good:\n\n");
                Fence(text, Outline.Of(good, [at]));
                return;
            }
        }
    }

    private static List<Finding> Judgement(RuleCase each) =>
        [.. new FileJudge(new RuleSet([each.Rule]), each.Settings).Judge(each.Read("bad.yaml")!, isNamed: true).Findings];

    /// <summary>The lines of the second text that the first has not; where lines were only taken out, the one before.</summary>
    private static IEnumerable<int> Changed(List<string> before, List<string> after)
    {
        var start = 0;
        while (start < before.Count && start < after.Count && before[start] == after[start])
        {
            start++;
        }

        var end = 0;
        while (end < Math.Min(before.Count, after.Count) - start && before[^(end + 1)] == after[^(end + 1)])
        {
            end++;
        }

        return after.Count - end > start ? Enumerable.Range(start, after.Count - end - start) : [start - 1];
    }

    private static List<string> Lines(byte[] text) => [.. Encoding.UTF8.GetString(text).ReplaceLineEndings("\n").TrimStart('\uFEFF').Split('\n')];

    private static void Fence(StringBuilder text, string yaml)
    {
        var lines = yaml.TrimEnd('\n').Split('\n');
        text.Append("```yaml\n");
        foreach (var line in lines.Take(MostLines))
        {
            text.Append(line).Append('\n');
        }

        if (lines.Length > MostLines)
        {
            text.Append("# …\n");
        }

        text.Append("```\n\n");
    }

    private static string Scope(Rule rule) => rule is SetRule ? "an object in its set" : "one object";

    private static IEnumerable<string> Profiles(Profiles profiles) => new[]
        {
            (SelfHealGitOps.Policy.Profiles.Default, "default"),
            (SelfHealGitOps.Policy.Profiles.OnlyScan, "default"),
            (SelfHealGitOps.Policy.Profiles.KubeLinter, "kube-linter"),
            (SelfHealGitOps.Policy.Profiles.PssBaseline, "pss-baseline"),
            (SelfHealGitOps.Policy.Profiles.PssRestricted, "pss-restricted"),
        }
        .Where(each => profiles.HasFlag(each.Item1))
        .Select(each => $"`{each.Item2}`{(each.Item1 == SelfHealGitOps.Policy.Profiles.OnlyScan ? " of a scan" : "")}")
        .Append("`all`");

    private static string Word(Enum value) => value.ToString().ToLowerInvariant();

    private static string Code(RefusalCode code) =>
        $"`{string.Concat(code.ToString().Select((letter, i) => i > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{letter}")).ToUpperInvariant()}`";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
