using System.Text;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>What came back: the response of an AdmissionReview, or why the body was not taken for one.</summary>
internal sealed class Answer
{
    private readonly JsonNode? response;

    private Answer(JsonNode? response, string? problem, byte[] bytes) => (this.response, Problem, Bytes) = (response, problem, bytes);

    /// <summary>Why the request was turned down as such (a 4xx); null where it was answered.</summary>
    public string? Problem { get; }

    public byte[] Bytes { get; }

    /// <summary>The API server takes a 4xx for an error, and failurePolicy Fail keeps the object out.</summary>
    public bool IsAllowed => Problem is null && response!["allowed"]!.GetValue<bool>();

    public string Uid => response!["uid"]!.GetValue<string>();

    public string Message => response?["status"]?["message"]?.GetValue<string>() ?? "";

    public IReadOnlyList<(string Rule, string Pointer, string Message)> Causes =>
    [
        .. (response?["status"]?["details"]?["causes"]?.AsArray() ?? []).Select(cause =>
            (cause!["reason"]!.GetValue<string>(), cause["field"]!.GetValue<string>(), cause["message"]!.GetValue<string>())),
    ];

    public IReadOnlyList<string> Rules => [.. Causes.Select(cause => cause.Rule).Distinct()];

    public IReadOnlyList<string> Warnings => [.. (response?["warnings"]?.AsArray() ?? []).Select(warning => warning!.GetValue<string>())];

    public IReadOnlyDictionary<string, string> Audit =>
        (response?["auditAnnotations"]?.AsObject() ?? []).ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>());

    /// <summary>The JSON of the patch; null for none.</summary>
    public string? Patch => response?["patch"] is { } patch ? Encoding.UTF8.GetString(Convert.FromBase64String(patch.GetValue<string>())) : null;

    public string? FixId => Audit.GetValueOrDefault("fix-id");

    public static Answer Refusing(string problem) => new(null, problem, Encoding.UTF8.GetBytes(problem));

    public static Answer Of(ReadOnlySpan<byte> bytes) => new(JsonNode.Parse(bytes)!["response"], null, bytes.ToArray());

    public override string ToString() => Problem ?? response!.ToJsonString();
}
