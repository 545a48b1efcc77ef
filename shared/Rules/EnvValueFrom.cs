using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class EnvValueFrom : SetRule
{
    private static readonly Parameter<PatternList> IgnoredSecrets = Parameter.Patterns(
        "IgnoredSecrets", "names of Secrets that are there without being among the files");

    private static readonly Parameter<PatternList> IgnoredConfigMaps = Parameter.Patterns(
        "IgnoredConfigMaps", "names of ConfigMaps that are there without being among the files");

    private readonly PatternList secrets;
    private readonly PatternList configMaps;

    public EnvValueFrom()
        : this(ParameterValues.None)
    {
    }

    private EnvValueFrom(ParameterValues values)
    {
        secrets = values.Of(IgnoredSecrets);
        configMaps = values.Of(IgnoredConfigMaps);
    }

    public override IReadOnlyList<Parameter> Parameters { get; } = [IgnoredSecrets, IgnoredConfigMaps];

    protected override RuleInfo Definition { get; } = new(
        Id: "env-value-from",
        Title: "Environment variable comes from what is not there",
        Why: "A container whose variable cannot be filled in does not start.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=env-value-from",
        Severity: Severity.Warning,
        Profiles: Profiles.None,
        Remedy: "Needs evidence: the Secret or ConfigMap and the key. None is made up; one that an operator or a person makes belongs into the parameters.");

    public override void Check(Subject subject, ObjectSet set, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            foreach (var variable in container[Name.Env].Elements)
            {
                var from = variable[Name.ValueFrom];
                CheckReference(from[Name.SecretKeyRef], "Secret", secrets, subject, container, set, findings);
                CheckReference(from[Name.ConfigMapKeyRef], "ConfigMap", configMaps, subject, container, set, findings);
            }
        }
    }

    protected override Rule Configure(ParameterValues values) => new EnvValueFrom(values);

    private void CheckReference(
        Field reference, string kind, PatternList ignored, Subject subject, in Container container, ObjectSet set, FindingList findings)
    {
        if (!reference.Exists || reference[Name.Optional].IsTrue || ignored.IsMatch(reference[Name.Name].Utf8))
        {
            return;
        }

        var (name, key) = (reference[Name.Name].Text ?? "", reference[Name.Key].Text ?? "");
        var sources = Sources(set, kind, subject.Metadata[Name.Namespace].Text ?? "", name);
        if (sources.Count == 0)
        {
            findings.Add(
                this,
                reference[Name.Name],
                $"{container.Label} reads the {kind} '{name}', which is not among the scanned files",
                TemplateText.IsExpression(reference[Name.Name].Utf8) ? new Refusal(RefusalCode.Templated, $"the name of the {kind} is filled in later")
                : Refusal.NeedsEvidence($"what makes the {kind} '{name}' with the key '{key}' (a generator, an operator or a person, elsewhere), or which one was meant{Alike.Of(name, set.OfKind(kind))}"));
        }
        else if (!sources.Exists(source => HasKey(source.Root, key)))
        {
            findings.Add(
                this,
                reference[Name.Key],
                $"{container.Label} reads the key '{key}' of the {kind} '{name}', which has no such key",
                TemplateText.IsExpression(reference[Name.Key].Utf8) ? new Refusal(RefusalCode.Templated, "the key is filled in later")
                : Refusal.NeedsEvidence($"the key of the {kind} '{name}': it has {KeysOf(sources[0].Root)}"));
        }
    }

    /// <summary>Those of the pod's namespace; where there are none, those of any, as a namespace may be filled in later.</summary>
    private static List<SetObject> Sources(ObjectSet set, string kind, string @namespace, string name)
    {
        List<SetObject> sources = [.. set.Named(kind, @namespace, name).Where(each => each.Group.Length == 0)];
        return sources.Count > 0 ? sources : [.. set.Named(kind, name).Where(each => each.Group.Length == 0)];
    }

    private static bool HasKey(Field source, string key) =>
        Has(source[Name.Data], key) || Has(source[Name.StringData], key) || Has(source[Name.BinaryData], key);

    private static bool Has(Field map, string key) => map.IsMap && map[key].IsWritten;

    /// <summary>The names of keys are no secret; their values are never read.</summary>
    private static string KeysOf(Field source)
    {
        var keys = new List<string>();
        foreach (var map in (ReadOnlySpan<Field>)[source[Name.Data], source[Name.StringData], source[Name.BinaryData]])
        {
            foreach (var entry in map.Entries)
            {
                keys.Add(entry.Key);
            }
        }

        return keys.Count == 0 ? "none" : string.Join(", ", keys.Take(10)) + (keys.Count > 10 ? $" and {keys.Count - 10} more" : "");
    }
}
