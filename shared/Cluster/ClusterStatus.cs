using System.Text.Json.Nodes;

namespace SelfHealGitOps.Cluster;

/// <summary>Why the API server said no. A caller acts on code and reason; the message is for people.</summary>
/// <param name="Code">The HTTP status.</param>
/// <param name="Reason">As the API has it, <c>NotFound</c>; empty where the answer was not the API server's own.</param>
/// <param name="Causes">Field by field, for <c>Invalid</c> and for what a webhook denied.</param>
public sealed record ClusterStatus(int Code, string Reason, string Message, IReadOnlyList<StatusCause> Causes)
{
    public bool IsNotFound => Code == 404;

    public bool IsForbidden => Code == 403;

    public bool IsUnauthorized => Code == 401;

    /// <summary>Somebody else changed the object, or owns the field. Not that a name is taken.</summary>
    public bool IsConflict => Code == 409 && Reason != "AlreadyExists";

    public bool IsAlreadyExists => Code == 409 && Reason == "AlreadyExists";

    public bool IsInvalid => Code == 422;

    /// <summary>The resource version, or the place in a list, is older than the server remembers: begin again.</summary>
    public bool IsExpired => Code == 410;

    /// <summary>Reads a <c>Status</c> object; what is missing or misshapen in it becomes empty, and the code the answer's own.</summary>
    public static ClusterStatus Of(JsonObject status, int code)
    {
        var causes = new List<StatusCause>();
        if (status["details"] is JsonObject details && details["causes"] is JsonArray list)
        {
            foreach (var cause in list.OfType<JsonObject>())
            {
                causes.Add(new(cause.Text("field") ?? "", cause.Text("reason") ?? "", cause.Text("message") ?? ""));
            }
        }

        return new(
            status["code"] is JsonValue value && value.TryGetValue(out int own) && own > 0 ? own : code,
            status.Text("reason") ?? "",
            status.Text("message") ?? "",
            causes);
    }

    public override string ToString() => Reason.Length == 0 ? $"{Code}: {Message}" : $"{Code} {Reason}: {Message}";
}

/// <param name="Field">A path such as <c>spec.containers[0].image</c>; empty where it is about no field.</param>
/// <param name="Reason">Such as <c>FieldValueInvalid</c> or <c>FieldManagerConflict</c>.</param>
public sealed record StatusCause(string Field, string Reason, string Message);
