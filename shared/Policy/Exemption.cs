using System.Buffers;

namespace SelfHealGitOps.Policy;

/// <summary>
/// One entry of the policy file's list <c>exemptions</c>: the findings of one rule in one object, or in one of its
/// containers, do not count until it expires. Names are exact; there is no way to write a group.
/// </summary>
/// <param name="Container">Only findings in the container of this name, in whichever list; null for the whole object.</param>
/// <param name="Owner">Who answers for it.</param>
public sealed record Exemption(string Rule, ExemptObject Object, string? Container, string Owner, string Reason, Expiry Expires)
{
    /// <summary>What no id and no name needs, and a pattern does.</summary>
    private static readonly SearchValues<char> Wildcards = SearchValues.Create("*?[](){}|^$+\\");

    /// <summary>Where it is written: 1-based line and column in the policy file, and the pointer from its root.</summary>
    public int Line { get; init; }

    public int Column { get; init; }

    public string Pointer { get; init; } = "";

    /// <summary>True when it exempts something at this instant: it has not expired, and asks for no more than it may.</summary>
    public bool Holds(DateTimeOffset now) => !Expires.IsOver(now) && Excess(now) is null;

    /// <summary>Why it asks for more than an exemption may, and so exempts nothing; null where it does not.</summary>
    public string? Excess(DateTimeOffset now) =>
        Wildcard("rule", Rule) ?? Wildcard("apiVersion", Object.ApiVersion) ?? Wildcard("kind", Object.Kind)
        ?? Wildcard("namespace", Object.Namespace) ?? Wildcard("name", Object.Name) ?? Wildcard("container", Container)
        ?? (Expires.IsTooFar(now) ? $"expires {Expires}, which is more than {Expiry.MostDays} days ahead" : null);

    /// <summary>As people say it: <c>latest-tag of Deployment shop/web, container 'web'</c>.</summary>
    public override string ToString() => $"{Rule} of {Object}{(Container is null ? "" : $", container '{Container}'")}";

    internal static bool HasWildcard(string text) => text.AsSpan().ContainsAny(Wildcards);

    private static string? Wildcard(string field, string? text) =>
        text is not null && HasWildcard(text) ? $"{field} {Manifests.Excerpt.Of(text)} is a pattern; it must be one exact name" : null;
}

/// <summary>The object of an exemption.</summary>
/// <param name="ApiVersion">Null where any will do.</param>
/// <param name="Namespace">Null for an object without one: of the whole cluster, or with none written.</param>
public sealed record ExemptObject(string? ApiVersion, string Kind, string? Namespace, string Name)
{
    public override string ToString() => Namespace is null ? $"{Kind} {Name}" : $"{Kind} {Namespace}/{Name}";
}
