using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class DnsconfigOptions : ObjectRule
{
    private static readonly Parameter<string> Key = Parameter.Word("Key", "the resolver option that every pod must set", "ndots");
    private static readonly Parameter<string> Wanted = Parameter.Word("Value", "the value that it must have", "2");

    private readonly string key;
    private readonly string value;
    private readonly byte[] keyUtf8;
    private readonly byte[] valueUtf8;

    public DnsconfigOptions()
        : this(ParameterValues.None)
    {
    }

    private DnsconfigOptions(ParameterValues values)
    {
        (key, value) = (values.Of(Key), values.Of(Wanted));
        (keyUtf8, valueUtf8) = (Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
    }

    public override IReadOnlyList<Parameter> Parameters { get; } = [Key, Wanted];

    protected override RuleInfo Definition { get; } = new(
        Id: "dnsconfig-options",
        Title: "Pod does not set the wanted resolver option",
        Why: "With ndots at 5, the default, every outside name is first looked up in all search domains: four or more questions that the cluster's DNS answers in vain.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=dnsconfig-options",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Sets the option to the rule's value. Review: a name with more dots than that is asked for as it stands first, so short names of other namespaces may be looked up outside.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!subject.HasPod)
        {
            return;
        }

        // Of several, the resolver takes the last.
        var options = subject.Pod.Spec[Name.DnsConfig][Name.Options];
        Field other = default;
        var isNamed = false;
        foreach (var option in options.Elements)
        {
            if (!option[Name.Name].Is(keyUtf8))
            {
                continue;
            }

            (other, isNamed) = (option[Name.Value], true);
            if (other.Is(valueUtf8))
            {
                return;
            }
        }

        if (!isNamed)
        {
            findings.Add(
                this,
                options,
                $"dnsConfig does not set the option {key}; must be '{value}'",
                new Fix($"Set the option {key} to {value}", Safety.Review, new Edit.Append(options.Path, new Value.Map([new("name", key), new("value", value)]))));
        }
        else if (!TemplateText.IsExpression(other.Utf8))
        {
            findings.Add(
                this,
                other,
                $"dnsConfig sets the option {key} to {Seen.Of(other)}; must be '{value}'",
                new Fix($"Set the option {key} to {value}", Safety.Review, new Edit.Set(other.Path, value)));
        }
    }

    protected override Rule Configure(ParameterValues values) => new DnsconfigOptions(values);
}
