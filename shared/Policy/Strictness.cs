using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// Which of two values of one field is the stricter, where that can be said at all. Nothing else decides between two
/// fixes: where there is no order, they are a conflict.
/// </summary>
internal static class Strictness
{
    /// <summary>The stricter of two values, or null where the field has no order.</summary>
    public static Value? Stricter(FieldPath path, Value one, Value other)
    {
        if (path.Steps.Count == 0 || path.Steps[^1] is not PathStep.Key(var field))
        {
            return null;
        }

        return (one, other) switch
        {
            (Value.Boolean(var a), Value.Boolean(var b)) when StrictBoolean(field) is { } strict => a == strict ? a : b,
            (Value.Text(var a), Value.Text(var b)) when field == "imagePullPolicy" && (a == "Always" || b == "Always") => (Value)"Always",
            (Value.Text(var a), Value.Text(var b)) when IsLimit(path)
                && Quantity.TryParse(a, out var left) && Quantity.TryParse(b, out var right) => left.CompareTo(right) <= 0 ? one : other,
            _ => null,
        };
    }

    /// <summary>True where leaving a field out means the same as the value: the API server's default is the strict one.</summary>
    public static bool IsDefault(FieldPath path, Value value) =>
        path.Steps is [.., PathStep.Key("privileged" or "hostNetwork" or "hostPID" or "hostIPC" or "hostProcess")]
        && value is Value.Boolean(false);

    private static bool? StrictBoolean(string field) => field switch
    {
        "privileged" or "allowPrivilegeEscalation" or "hostNetwork" or "hostPID" or "hostIPC" or "hostProcess"
            or "automountServiceAccountToken" or "shareProcessNamespace" or "hostUsers" => false,
        "readOnlyRootFilesystem" or "runAsNonRoot" or "readOnly" => true,
        _ => null,
    };

    private static bool IsLimit(FieldPath path) =>
        path.Steps is [.., PathStep.Key("limits"), PathStep.Key("cpu" or "memory" or "ephemeral-storage")];
}
