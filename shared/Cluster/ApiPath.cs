using System.Text;

namespace SelfHealGitOps.Cluster;

/// <summary>The path and query of a request, from what may be anybody's text: nothing in it leads elsewhere than where it stands.</summary>
internal sealed class ApiPath
{
    private readonly StringBuilder text = new();
    private bool hasQuery;

    private ApiPath()
    {
    }

    /// <summary>What stands in the way, where a part is none that the API knows; else null.</summary>
    public string? Problem { get; private set; }

    public static ApiPath Raw(string path)
    {
        var made = new ApiPath();
        made.text.Append(path);
        return made;
    }

    public static ApiPath Of(ResourceType type, string? @namespace)
    {
        if (!type.IsNamespaced && @namespace is not null)
        {
            throw new ArgumentException($"{type} belongs to no namespace; must be null", nameof(@namespace));
        }

        var path = Raw(type.Group.Length == 0 ? "/api" : "/apis");
        if (type.Group.Length > 0)
        {
            path.Append(type.Group);
        }

        path.Append(type.Version);
        if (@namespace is not null)
        {
            path.Append("namespaces").Append(@namespace);
        }

        return path.Append(type.Plural);
    }

    public static ApiPath Of(ObjectReference target)
    {
        RequireNamespace(target.Type, target.Namespace);
        var path = Of(target.Type, target.Namespace).Append(target.Name);
        return target.Subresource is null ? path : path.Append(target.Subresource);
    }

    /// <exception cref="ArgumentException">One object of a namespaced type is meant, and no namespace is named.</exception>
    public static void RequireNamespace(ResourceType type, string? @namespace)
    {
        if (type.IsNamespaced && @namespace is null)
        {
            throw new ArgumentException($"{type} belongs to a namespace; must be named", nameof(@namespace));
        }
    }

    /// <summary>Why a name cannot be a part of a path; null where it can. Source: apimachinery, pkg/api/validation/path.</summary>
    public static string? ProblemOf(string segment) =>
        segment is "" or "." or ".." || segment.AsSpan().ContainsAny('/', '%') ? $"'{segment}' is no name; must not be empty, '.' or '..', nor hold '/' or '%'" : null;

    /// <param name="value">Left out when null.</param>
    public ApiPath With(string key, string? value)
    {
        if (value is not null)
        {
            text.Append(hasQuery ? '&' : '?').Append(key).Append('=').Append(Uri.EscapeDataString(value));
            hasQuery = true;
        }

        return this;
    }

    public override string ToString() => text.ToString();

    private ApiPath Append(string segment)
    {
        Problem ??= ProblemOf(segment);
        text.Append('/').Append(Uri.EscapeDataString(segment));
        return this;
    }
}
