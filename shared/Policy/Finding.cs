using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>What a rule found. At most one of <see cref="Fix"/> and <see cref="Refusal"/> is set.</summary>
/// <param name="Pointer">RFC 6901, from the object's root; of a field that may be absent.</param>
/// <param name="Message">The value seen and the value wanted.</param>
public sealed record Finding(
    RuleInfo Rule,
    ObjectIdentity Object,
    Origin Origin,
    FieldPath Path,
    string Pointer,
    string Message,
    Fix? Fix,
    Refusal? Refusal)
{
    /// <summary>The fix as it was tried on the object and text it was found in; null where there is no fix, or nobody has tried it.</summary>
    public RenderedFix? Rendered { get; init; }

    /// <summary>The name of the container that the place is in, of whichever list; null where it is in none that has a name.</summary>
    public string? Container
    {
        get
        {
            for (var i = 1; i < Path.Steps.Count; i++)
            {
                if (Path.Steps[i - 1] is PathStep.Key("containers" or "initContainers" or "ephemeralContainers")
                    && Path.Steps[i] is PathStep.Element({ Count: 1 } match) && match[0].Key == "name")
                {
                    return match[0].Value;
                }
            }

            return null;
        }
    }

    /// <summary>What a finding is told apart by when one judgement is compared with the next: lines move, this does not.</summary>
    public FindingKey Key => new(Origin.Document, Origin.Item, Rule.Id, Path.ToString());

    /// <summary>The same finding without its fix.</summary>
    public Finding Refuse(Refusal refusal) => this with { Fix = null, Rendered = null, Refusal = refusal };
}
