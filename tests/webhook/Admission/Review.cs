using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using SelfHealGitOps.Webhook.Admission;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Admission;

/// <summary>A request to review, as the API server would put it, and what becomes of it by the pure decision.</summary>
internal sealed record Review(JsonObject Object)
{
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public string Operation { get; init; } = "CREATE";

    public JsonObject? OldObject { get; init; }

    public string? SubResource { get; init; }

    public string User { get; init; } = "alice";

    public string? Profile { get; init; }

    /// <summary>A policy file; null for the built-in policy.</summary>
    public string? Policy { get; init; }

    public NamespaceFacts? Namespace { get; init; }

    public static Review Update(JsonObject before, JsonObject after) => new(after) { Operation = "UPDATE", OldObject = before };

    public AdmissionDecision Validate() => Decide(mutates: false);

    public AdmissionDecision Mutate() => Decide(mutates: true);

    /// <summary>The rules that refuse the request, each once, in order.</summary>
    public IEnumerable<string> Denied() => Validate().Denials.Select(finding => finding.Rule.Id).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Whether any edit could go in at all.</summary>
    public bool MayBeCorrected()
    {
        var reading = new EnvelopeReader().Read(new SourceText("request", Encoding.UTF8.GetBytes(ToJson())));
        Assert.True(AdmissionRequest.TryRead(reading.Document!, out var request, out _));
        return Correctable.Allows(request);
    }

    public string ToJson()
    {
        var type = Object["apiVersion"]?.GetValue<string>().Split('/') ?? [""];
        var kind = new JsonObject
        {
            ["group"] = type.Length == 2 ? type[0] : "",
            ["version"] = type[^1],
            ["kind"] = Object["kind"]?.DeepClone(),
        };
        return new JsonObject
        {
            ["apiVersion"] = "admission.k8s.io/v1",
            ["kind"] = "AdmissionReview",
            ["request"] = new JsonObject
            {
                ["uid"] = "705ab4f5-6393-11e8-b7cc-42010a800002",
                ["kind"] = kind,
                ["name"] = Object["metadata"]?["name"]?.DeepClone(),
                ["namespace"] = Object["metadata"]?["namespace"]?.DeepClone(),
                ["subResource"] = SubResource,
                ["operation"] = Operation,
                ["userInfo"] = new JsonObject { ["username"] = User },
                ["object"] = Object.DeepClone(),
                ["oldObject"] = OldObject?.DeepClone(),
            },
        }.ToJsonString();
    }

    private AdmissionDecision Decide(bool mutates)
    {
        var configuration = Policy is null
            ? PolicyConfiguration.Standard(Catalogue.All)
            : PolicyFile.Read(new SourceText(".selfheal.yaml", Encoding.UTF8.GetBytes(Policy)), Catalogue.All) switch
            {
                PolicyReading.Accepted accepted => accepted.Configuration,
                PolicyReading.Refused(var problems) => throw new InvalidOperationException(string.Join('\n', problems)),
                _ => throw new InvalidOperationException("unknown reading"),
            };
        var policy = new AdmissionPolicy(configuration, Profile);
        var reader = new EnvelopeReader();
        var reading = reader.Read(new SourceText("request", Encoding.UTF8.GetBytes(ToJson())));
        if (reading.Document is null || !AdmissionRequest.TryRead(reading.Document, out var request, out var problem))
        {
            throw new InvalidOperationException(reading.Problem ?? "the review cannot be read");
        }

        reader.Enclose(request.Object, request.OldObject);
        var owner = ControllerOwner.Of(request);
        var facts = new AdmissionFacts(Namespace, owner is null ? null : ControllerOwner.TopByName(owner, request.Object), Now);
        var reviewer = new AdmissionReviewer();
        return mutates ? reviewer.Mutate(request, facts, policy) : reviewer.Validate(request, facts, policy);
    }
}
