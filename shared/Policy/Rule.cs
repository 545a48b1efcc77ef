namespace SelfHealGitOps.Policy;

/// <summary>
/// One thing that can be wrong, and its remedy. A rule is pure and synchronous, and does no I/O, ever. It judges one
/// object (<see cref="ObjectRule"/>) or one object among others (<see cref="SetRule"/>).
/// </summary>
public abstract class Rule
{
    private RuleInfo? given;

    /// <summary>What is known of the rule, with what the owner has changed of it.</summary>
    public RuleInfo Info => given ?? Definition;

    /// <summary>What the owner may set, in the order of the documents; empty where there is nothing.</summary>
    public virtual IReadOnlyList<Parameter> Parameters => [];

    /// <summary>The kinds that the rule can find anything on: those with pods, unless it says otherwise.</summary>
    public virtual IReadOnlyList<ResourceKind> Judges => ResourceKind.Pods;

    /// <summary>The requests at which the rule has something to say.</summary>
    public virtual Operations JudgesAt => Operations.Create | Operations.Update;

    /// <summary>What the owner has set; a parameter that is not there has its default.</summary>
    public ParameterValues Values { get; private set; } = ParameterValues.None;

    /// <summary>What the catalogue says of the rule.</summary>
    protected abstract RuleInfo Definition { get; }

    /// <summary>The rule with values of the owner's; parameters that they leave out keep their defaults.</summary>
    public Rule With(ParameterValues values)
    {
        var rule = this;
        if (!values.IsEmpty)
        {
            rule = Configure(values);
            rule.Values = values;
        }

        return given is null ? rule : rule.As(given);
    }

    /// <summary>The same rule under another severity, or as a rule of the owner's own under another id.</summary>
    public Rule As(RuleInfo info)
    {
        var rule = (Rule)MemberwiseClone();
        rule.given = info;
        return rule;
    }

    /// <summary>A new rule of the same kind with these values. Only asked of rules that have parameters.</summary>
    protected virtual Rule Configure(ParameterValues values) =>
        throw new InvalidOperationException($"{Info.Id} has no parameters");
}
