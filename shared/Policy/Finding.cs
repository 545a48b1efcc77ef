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

    /// <summary>What a finding is told apart by when one judgement is compared with the next: lines move, this does not.</summary>
    public FindingKey Key => new(Origin.Document, Origin.Item, Rule.Id, Path.ToString());

    /// <summary>The same finding without its fix.</summary>
    public Finding Refuse(Refusal refusal) => this with { Fix = null, Rendered = null, Refusal = refusal };
}
