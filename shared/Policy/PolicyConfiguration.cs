namespace SelfHealGitOps.Policy;

/// <summary>What a policy file says, checked: by which rules to judge, and what fixes may use. Immutable.</summary>
public sealed record PolicyConfiguration
{
    private readonly IReadOnlyDictionary<string, OwnProfile> ownProfiles = new Dictionary<string, OwnProfile>();
    private readonly IReadOnlyDictionary<string, bool> switches = new Dictionary<string, bool>();

    /// <param name="rules">The catalogue, with what the owner has changed of it, and behind it the owner's own rules.</param>
    internal PolicyConfiguration(IReadOnlyList<Rule> rules)
    {
        Rules = rules;
        Admission = AdmissionSettings.Standard(rules);
    }

    /// <summary>Every rule there is, under the owner's severity and parameters, judging or not.</summary>
    public IReadOnlyList<Rule> Rules { get; }

    public PolicySettings Settings { get; init; } = PolicySettings.Default;

    public AdmissionSettings Admission { get; init; }

    /// <summary>The profile to judge by where nobody asks for another.</summary>
    public string Profile { get; init; } = BuiltInProfiles.Default;

    /// <summary>What is not looked at; matched against paths from the folder of the policy file.</summary>
    public IReadOnlyList<Glob> Exclude { get; init; } = [];

    /// <summary>The built-in profiles and the owner's.</summary>
    public IEnumerable<string> ProfileNames => BuiltInProfiles.Names.Concat(ownProfiles.Keys);

    internal IEnumerable<OwnProfile> OwnProfiles
    {
        init => ownProfiles = value.ToDictionary(profile => profile.Name, StringComparer.Ordinal);
    }

    /// <summary>The rules that are on, and those that are off, in whichever profile.</summary>
    internal IReadOnlyDictionary<string, bool> Switches
    {
        init => switches = value;
    }

    private IEnumerable<string> SwitchedOn => switches.Where(each => each.Value).Select(each => each.Key);

    /// <summary>What an empty policy file says.</summary>
    public static PolicyConfiguration Standard(IReadOnlyList<Rule> catalogue) => new(catalogue);

    public bool HasProfile(string name) => BuiltInProfiles.Names.Contains(name) || ownProfiles.ContainsKey(name);

    public Rule? Find(string id) => Rules.FirstOrDefault(rule => rule.Info.Id == id);

    /// <summary>
    /// The rules to judge by: those of the profile and those that are switched on, without those that are switched off. A
    /// control of the Pod Security Standards that another one among them replaces counts only where that one does.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such profile.</exception>
    public RuleSet SetOf(string profile) => SetOf(profile, ~Profiles.None, SwitchedOn);

    /// <summary>
    /// The same at admission: rules that judge one object, without what only a scan adds to the profile <c>default</c>, and
    /// not the layout of a text, for JSON on its way to a server has an order of its own. A
    /// rule that the section names judges by itself, also where another says the same: its mode is its own.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such profile.</exception>
    public RuleSet AdmissionSetOf(string profile)
    {
        var whole = SetOf(profile, ~Profiles.OnlyScan, SwitchedOn.Concat(Admission.NamedRules));
        return new(whole.Rules.OfType<ObjectRule>().Where(rule => !rule.Info.IsOfLayout), whole.Replacements, whole.Repetitions);
    }

    /// <param name="counted">The built-in profiles that count.</param>
    /// <param name="named">Rules that somebody wants to hear of by their own names.</param>
    private RuleSet SetOf(string profile, Profiles counted, IEnumerable<string> named)
    {
        var collected = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        HashSet<string> members = [.. Collect(profile, counted, collected)];
        foreach (var (id, isOn) in switches)
        {
            _ = isOn ? members.Add(id) : members.Remove(id);
        }

        List<Rule> rules = [.. Rules.Where(rule => members.Contains(rule.Info.Id))];

        var ownNames = named.ToHashSet(StringComparer.Ordinal);

        // Whoever asks for every rule wants to see what each of them finds by itself.
        return new(
            rules,
            collected.ContainsKey(BuiltInProfiles.All)
                ? []
                : [.. ReplacedRule.Among(rules, Settings.PssVersion).Where(replaced => members.Contains(replaced.Id))],
            collected.ContainsKey(BuiltInProfiles.Default) && !collected.ContainsKey(BuiltInProfiles.All)
                ? [.. RepeatedRule.Among(rules).Where(repeated => !ownNames.Contains(repeated.Id) && !ownNames.Contains(repeated.By))]
                : []);
    }

    /// <param name="collected">What was collected before: a profile may be extended by many.</param>
    private HashSet<string> Collect(string name, Profiles counted, Dictionary<string, HashSet<string>> collected)
    {
        if (collected.TryGetValue(name, out var known))
        {
            return known;
        }

        HashSet<string> members;
        if (ownProfiles.TryGetValue(name, out var own))
        {
            members = [.. own.Extends.SelectMany(extended => Collect(extended, counted, collected)), .. own.Rules];
            members.ExceptWith(own.Without);
        }
        else
        {
            members = name == BuiltInProfiles.All ? [.. Rules.Select(rule => rule.Info.Id)]
                : BuiltInProfiles.Find(name) is { } profile ? [.. IdsOf(profile & counted)]
                : throw new ArgumentException($"there is no profile '{name}'", nameof(name));
        }

        collected.Add(name, members);
        return members;
    }

    private IEnumerable<string> IdsOf(Profiles profile)
    {
        List<Rule> rules = [.. Rules.Where(rule => (rule.Info.Profiles & profile) != 0)];
        if (!profile.HasFlag(Profiles.Default))
        {
            return rules.Select(rule => rule.Info.Id);
        }

        // In the everyday profile no place is reported twice; a rule that is off stands in for none.
        var judging = rules.Where(rule => switches.GetValueOrDefault(rule.Info.Id, true));
        var replaced = ReplacedRule.Among(judging, Settings.PssVersion).Select(each => each.Id).ToHashSet(StringComparer.Ordinal);
        return rules.Select(rule => rule.Info.Id).Where(id => !replaced.Contains(id));
    }
}
