using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Fakes;

/// <summary>Ends a call with a no, from however deep inside.</summary>
internal sealed class FakeRefusal(ClusterStatus status) : Exception(status.ToString())
{
    public ClusterStatus Status { get; } = status;

    public static FakeRefusal NotFound(ResourceType type, string name) =>
        new(new(404, "NotFound", $"{type.QualifiedPlural} \"{name}\" not found", []));

    public static FakeRefusal NoResource() => new(new(404, "NotFound", "the server could not find the requested resource", []));

    public static FakeRefusal AlreadyExists(ResourceType type, string name) =>
        new(new(409, "AlreadyExists", $"{type.QualifiedPlural} \"{name}\" already exists", []));

    public static FakeRefusal Conflict(ResourceType type, string name, string why) =>
        new(new(409, "Conflict", $"Operation cannot be fulfilled on {type.QualifiedPlural} \"{name}\": {why}", []));

    public static FakeRefusal Stale(ResourceType type, string name) =>
        Conflict(type, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static FakeRefusal Invalid(ResourceType type, string name, string field, string message, string reason = "FieldValueInvalid") =>
        new(new(
            422,
            "Invalid",
            $"{type.Kind}{(type.Group.Length == 0 ? "" : "." + type.Group)} \"{name}\" is invalid: {field}: {message}",
            [new(field, reason, message)]));

    public static FakeRefusal BadRequest(string message) => new(new(400, "BadRequest", message, []));

    public static FakeRefusal Forbidden(ResourceType type, string name, string why) =>
        new(new(403, "Forbidden", $"{type.QualifiedPlural} \"{name}\" is forbidden: {why}", []));

    public static FakeRefusal Expired(string message) => new(new(410, "Expired", message, []));
}
