using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>The object a finding is about. Namespace and name are null where the object has none.</summary>
public sealed record ObjectIdentity(string ApiVersion, string Kind, string? Namespace, string? Name)
{
    public override string ToString() => Namespace is null ? $"{Kind} {Name}" : $"{Kind} {Namespace}/{Name}";
}

/// <summary>Where a finding stands in its source.</summary>
/// <param name="File">Relative to the scanned root, with forward slashes.</param>
/// <param name="Document">The document's place in the file, from 0.</param>
/// <param name="Item">The object's place in a <c>List</c>, from 0; null where the document is the object.</param>
/// <param name="Line">1-based; of the field, or of the nearest parent that is there.</param>
/// <param name="Column">1-based, in UTF-16 code units.</param>
public sealed record Origin(string File, int Document, int? Item, int Line, int Column);

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
    Refusal? Refusal);
