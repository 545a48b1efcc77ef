using System.Collections.Frozen;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// Reads <c>admission</c>: which rules judge what is sent to a cluster, and what a finding leads to there. A condition that
/// is there and empty is a mistake, other than elsewhere: it would widen the entry to everything.
/// </summary>
internal sealed class AdmissionSection
{
    internal static readonly string[] Keys = ["profile", "mode", "rules", "scopes", "oldViolations", "correct", "namespaces"];
    internal static readonly string[] ScopeKeys = ["namespaces", "operations", "rules", "mode"];
    internal static readonly string[] NamespaceKeys = ["labels"];
    internal static readonly string[] Modes = ["off", "observe", "warn", "enforce"];
    internal static readonly string[] OldModes = ["warn", "enforce"];
    internal static readonly string[] Operations = ["CREATE", "UPDATE"];

    /// <summary>What anybody can keep an eye on; where labels are not known, each has to be looked at.</summary>
    internal const int MaxScopes = 100;

    internal const int MaxNamespaces = 1000;

    private readonly Dictionary<string, Rule> rules = new(StringComparer.Ordinal);
    private readonly PolicyProblems problems;

    private AdmissionSection(IReadOnlyList<Rule> rules, PolicyProblems problems)
    {
        this.problems = problems;
        foreach (var rule in rules)
        {
            this.rules.TryAdd(rule.Info.Id, rule);
        }
    }

    /// <param name="rules">All rules, the owner's own among them.</param>
    public static AdmissionSettings Read(Field field, IReadOnlyList<Rule> rules, IReadOnlyList<OwnProfile> profiles, PolicyProblems problems) =>
        PolicyFields.CheckMap(field, problems, Keys) ? new AdmissionSection(rules, problems).Read(field, profiles) : AdmissionSettings.Standard(rules);

    /// <summary>A mode as the file says it.</summary>
    public static string WordOf(AdmissionMode mode) => Modes[(int)mode];

    private AdmissionSettings Read(Field field, IReadOnlyList<OwnProfile> profiles)
    {
        var profile = PolicyFields.TextOf(field["profile"], problems);
        if (profile is not null)
        {
            ProfileSection.CheckName(profile, field["profile"], profiles.Select(each => each.Name), problems);
        }

        return new()
        {
            Profile = profile,
            Mode = field["mode"].Exists ? ReadMode(field["mode"], Modes) : AdmissionMode.Enforce,
            HintsOnlyWarn = !field["mode"].Exists,
            RuleModes = ReadRuleModes(field["rules"], field["mode"].Exists ? [] : AdmissionSettings.OnlyWarned([.. rules.Values])),
            Scopes = ReadScopes(field["scopes"]),
            ToleratesOldViolations = !field["oldViolations"].Exists || ReadMode(field["oldViolations"], OldModes) == AdmissionMode.Warn,
            Correct = ReadRules(field["correct"]).ToFrozenSet(StringComparer.Ordinal),
            Namespaces = ReadNamespaces(field["namespaces"]),
        };
    }

    /// <param name="modes">What holds without the file's word; the file's goes over it.</param>
    private Dictionary<string, AdmissionMode> ReadRuleModes(Field field, Dictionary<string, AdmissionMode> modes)
    {
        PolicyFields.IsMap(field, problems);
        foreach (var entry in field.Entries)
        {
            CheckRule(entry.Key, entry.Value);
            modes[entry.Key] = ReadMode(entry.Value, Modes);
        }

        return modes;
    }

    private List<AdmissionScope> ReadScopes(Field field)
    {
        var scopes = new List<AdmissionScope>();
        if (!PolicyFields.CheckList(field, problems))
        {
            return scopes;
        }

        if (field.Count > MaxScopes)
        {
            problems.Add(field, $"are {field.Count} entries; must be at most {MaxScopes}");
            return scopes;
        }

        foreach (var element in field.Elements)
        {
            if (!element.IsMap)
            {
                problems.Add(element, $"{Seen.Of(element)} is no map; an entry has the keys {string.Join(", ", ScopeKeys)}");
                continue;
            }

            PolicyFields.CheckMap(element, problems, ScopeKeys);
            scopes.Add(new(
                NamespaceSelectorReading.Read(element["namespaces"], problems),
                IsLeftOut(element["operations"], "an operation", "all operations") ? null : ReadOperations(element["operations"]).ToFrozenSet(),
                IsLeftOut(element["rules"], "a rule", "all rules") ? null : ReadRules(element["rules"]).ToFrozenSet(StringComparer.Ordinal),
                ReadMode(element["mode"], Modes)));
        }

        return scopes;
    }

    private bool IsLeftOut(Field field, string what, string otherwise)
    {
        if (field.IsWritten && field.Count == 0 && (field.IsList || !field.Exists))
        {
            problems.Add(field, $"is empty; must name {what}, or be left out for {otherwise}");
        }

        return !field.IsWritten;
    }

    private List<AdmissionOperation> ReadOperations(Field field)
    {
        var operations = new List<AdmissionOperation>();
        foreach (var (text, place) in PolicyFields.TextsOf(field, problems))
        {
            switch (text)
            {
                case "CREATE":
                    operations.Add(AdmissionOperation.Create);
                    break;
                case "UPDATE":
                    operations.Add(AdmissionOperation.Update);
                    break;
                case "DELETE" or "CONNECT":
                    problems.Add(place, $"{text} is never judged; must be {string.Join(" or ", Operations)}");
                    break;
                default:
                    problems.Add(place, PolicyFields.Unknown("operation", text, Operations));
                    break;
            }
        }

        return operations;
    }

    private IEnumerable<string> ReadRules(Field field)
    {
        var ids = PolicyFields.TextsOf(field, problems);
        foreach (var (id, place) in ids)
        {
            CheckRule(id, place);
        }

        return ids.Select(each => each.Text);
    }

    private void CheckRule(string id, Field place)
    {
        if (!rules.TryGetValue(id, out var rule))
        {
            problems.Add(place, PolicyFields.Unknown("rule", id, rules.Values.OfType<ObjectRule>().Select(each => each.Info.Id)));
        }
        else if (rule is SetRule)
        {
            problems.Add(place, $"the rule {id} needs several objects, and does not run at admission; must be one that judges one object");
        }
    }

    private Dictionary<string, NamespaceFacts> ReadNamespaces(Field field)
    {
        var namespaces = new Dictionary<string, NamespaceFacts>(StringComparer.Ordinal);
        PolicyFields.IsMap(field, problems);
        if (field.Count > MaxNamespaces)
        {
            problems.Add(field, $"are {field.Count} namespaces; must be at most {MaxNamespaces}");
            return namespaces;
        }

        foreach (var entry in field.Entries)
        {
            NamespaceSelectorReading.CheckName(entry.Key, entry.Value, problems);
            PolicyFields.CheckMap(entry.Value, problems, NamespaceKeys);
            var labels = NamespaceSelectorReading.ReadPairs(entry.Value["labels"], problems);
            if (labels.TryGetValue(NamespaceSelector.NameLabel, out var name) && name != entry.Key)
            {
                problems.Add(
                    entry.Value["labels"][NamespaceSelector.NameLabel], $"{Excerpt.Of(name)} is not the namespace's name; must be '{entry.Key}', or be left out");
            }

            labels[NamespaceSelector.NameLabel] = entry.Key;
            namespaces[entry.Key] = new(entry.Key, labels);
        }

        return namespaces;
    }

    /// <summary>YAML 1.1 reads <c>off</c> as a boolean, and so do we. What is no mode is reported, and read as the strictest.</summary>
    private AdmissionMode ReadMode(Field word, string[] known)
    {
        var text = word.IsFalse ? "off" : word.Text;
        if (text is not null && known.Contains(text))
        {
            return (AdmissionMode)Array.IndexOf(Modes, text);
        }

        problems.Add(word, PolicyFields.NoneOf(word, "mode", known));
        return AdmissionMode.Enforce;
    }
}
