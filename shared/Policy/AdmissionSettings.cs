using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace SelfHealGitOps.Policy;

/// <summary>What the section <c>admission</c> of a policy file says. Immutable, and shared by all threads.</summary>
public sealed class AdmissionSettings
{
    /// <summary>No name of a namespace: it stands for all those that no entry mentions.</summary>
    private const string AnyOther = "";

    // What follows from the settings, made when it is first asked for.
    private readonly ConditionalWeakTable<NamespaceFacts, AdmissionModes> modesOfKnown = [];
    private readonly ConcurrentDictionary<string, AdmissionModes> modesOfUnknown = new(StringComparer.Ordinal);
    private readonly Lazy<HashSet<string>> mentionedNames;
    private readonly Lazy<AdmissionModes> modesOfCluster;

    public AdmissionSettings()
    {
        mentionedNames = new(() => Scopes.SelectMany(scope => scope.Namespaces?.MentionedNames ?? []).ToHashSet(StringComparer.Ordinal));
        modesOfCluster = new(() => new(this, null, null));
    }

    /// <summary>What holds where a file says nothing: rules of severity <see cref="Severity.Info"/> warn, all others are enforced.</summary>
    public static AdmissionSettings Standard(IReadOnlyList<Rule> rules) => new() { RuleModes = OnlyWarned(rules), HintsOnlyWarn = true };

    /// <summary>The profile to judge by at admission; null for the file's own.</summary>
    public string? Profile { get; init; }

    /// <summary>What findings lead to where nothing else is said.</summary>
    public AdmissionMode Mode { get; init; } = AdmissionMode.Enforce;

    /// <summary>True where the file names no mode, so that rules of severity <see cref="Severity.Info"/> are among <see cref="RuleModes"/> unless it names them.</summary>
    public bool HintsOnlyWarn { get; init; }

    /// <summary>What the findings of a rule lead to where no entry of <c>scopes</c> says something else; by id.</summary>
    public IReadOnlyDictionary<string, AdmissionMode> RuleModes { get; init; } = new Dictionary<string, AdmissionMode>();

    /// <summary>How many entries <c>scopes</c> has.</summary>
    public int ScopeCount => Scopes.Count;

    /// <summary>The rules whose Review fixes the owner wants carried out at admission, besides every Safe one.</summary>
    public IReadOnlySet<string> Correct { get; init; } = new HashSet<string>();

    /// <summary>False: an update that leaves an old violation as it was is refused like a new one. True: it is admitted with a warning.</summary>
    public bool ToleratesOldViolations { get; init; } = true;

    /// <summary>What the file says of namespaces, for where there is no cluster to ask; by name.</summary>
    public IReadOnlyDictionary<string, NamespaceFacts> Namespaces { get; init; } = new Dictionary<string, NamespaceFacts>();

    /// <summary>In the order of the file; the last that matches wins.</summary>
    internal IReadOnlyList<AdmissionScope> Scopes { get; init; } = [];

    /// <summary>The rules that the section says something of.</summary>
    internal IEnumerable<string> NamedRules => RuleModes.Keys.Concat(Correct).Concat(Scopes.SelectMany(scope => scope.Rules ?? Enumerable.Empty<string>()));

    /// <summary>What a finding of a rule leads to. Allocates nothing when asked again of the same namespace.</summary>
    /// <param name="namespaceName">Null or empty for an object of the whole cluster.</param>
    /// <param name="facts">Null where nothing is known of the namespace: then the strictest mode holds that it could have.</param>
    public AdmissionMode ModeOf(string ruleId, string? namespaceName, NamespaceFacts? facts, AdmissionOperation operation) =>
        ModesOf(namespaceName, facts).Of(ruleId, operation);

    /// <summary>Nobody's deployment should fail for a hint.</summary>
    internal static Dictionary<string, AdmissionMode> OnlyWarned(IReadOnlyList<Rule> rules)
    {
        var modes = new Dictionary<string, AdmissionMode>(StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            if (rule is ObjectRule && rule.Info.Severity == Severity.Info)
            {
                modes[rule.Info.Id] = AdmissionMode.Warn;
            }
        }

        return modes;
    }

    private AdmissionModes ModesOf(string? namespaceName, NamespaceFacts? facts)
    {
        if (string.IsNullOrEmpty(namespaceName))
        {
            return modesOfCluster.Value;
        }

        // Facts of another namespace are facts of none.
        if (facts is not null && facts.Name == namespaceName)
        {
            return modesOfKnown.TryGetValue(facts, out var known)
                ? known
                : modesOfKnown.GetValue(facts, each => new(this, each.Name, each.Labels));
        }

        var name = mentionedNames.Value.Contains(namespaceName) ? namespaceName : AnyOther;
        return modesOfUnknown.TryGetValue(name, out var unknown)
            ? unknown
            : modesOfUnknown.GetOrAdd(name, static (each, settings) => new(settings, each, null), this);
    }
}
