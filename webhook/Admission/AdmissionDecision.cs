using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Webhook.Admission;

/// <summary>The answer to one request, before it is written, and what is to be counted of it.</summary>
internal sealed record AdmissionDecision
{
    public static AdmissionDecision Allowed { get; } = new();

    public bool IsAllowed => Denials.Count == 0;

    /// <summary>What the request is refused for; empty where it is admitted.</summary>
    public IReadOnlyList<Finding> Denials { get; init; } = [];

    /// <summary>What it is warned of.</summary>
    public IReadOnlyList<Finding> Warned { get; init; } = [];

    /// <summary>What is only counted.</summary>
    public IReadOnlyList<Finding> Observed { get; init; } = [];

    /// <summary>What the patch corrects.</summary>
    public IReadOnlyList<Finding> Corrected { get; init; } = [];

    /// <summary>What the client is told; empty where it is admitted.</summary>
    public string Message { get; init; } = "";

    /// <summary>The same for the same findings of the same object, wherever and whenever; null where nothing is refused.</summary>
    public string? FixId { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>For the audit log of the API server, which puts the webhook's name before each key.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> AuditAnnotations { get; init; } = [];

    /// <summary>Null where nothing is to be changed.</summary>
    public JsonPatch? Patch { get; init; }
}
