using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Schemas;

/// <summary>In which way an object is not what the API wants.</summary>
public enum SchemaProblem
{
    UnknownField,
    MissingField,

    /// <summary>Of another shape than the field's: a text for a number, a map for a list.</summary>
    WrongShape,

    /// <summary>A text that is none of the few that the field takes.</summary>
    WrongValue,
}

/// <summary>A place at which an object is not what the API wants. Valid only while the object's document is.</summary>
/// <param name="Place">The field; for one that is missing, where it would be.</param>
/// <param name="Owner">The type that the field is, or is not, part of: <c>DaemonSetSpec</c>.</param>
/// <param name="Wanted">What the API wants there; <see cref="SchemaShape.Any"/> for a field that it does not know.</param>
/// <param name="Message">What is seen and what is wanted; says no value, since it might be a secret.</param>
public sealed record SchemaViolation(SchemaProblem Problem, Field Place, string Owner, SchemaShape Wanted, string Message)
{
    /// <summary>For an unknown field, the one that its name is one letter or its case away from, where only one is and it is not set; else null.</summary>
    public string? Meant { get; init; }

    /// <summary>True when what stands in the unknown field is what the one that was meant takes.</summary>
    public bool FitsMeant { get; init; }
}
