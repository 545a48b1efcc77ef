using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Tests;
using SelfHealGitOps.Webhook.Tests.Bypass;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Proof;

/// <summary>
/// The grammar of refusals, byte for byte: in each folder an <c>object.yaml</c>, what is special about the request
/// (<c>request.json</c>) and the object as it was (<c>old.yaml</c>), if anything; and of the answers the JSON
/// (<c>answer.json</c>, with the patch of /mutate decoded) and the message as people see it (<c>message.txt</c>).
/// </summary>
public sealed class RefusalGoldenTests
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Folder => Path.Combine(Checkout.Root, "tests", "webhook", "Admission", "refusals");

    public static TheoryData<string> Cases() => [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Answers_in_these_very_words(string name)
    {
        var folder = Path.Combine(Folder, name);
        var root = Read(Path.Combine(folder, "object.yaml"));
        var special = File.Exists(Path.Combine(folder, "request.json")) ? JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "request.json")))! : new JsonObject();
        var review = Question.Create(root) with { Namespace = root["metadata"]?["namespace"]?.GetValue<string>() };
        if (File.Exists(Path.Combine(folder, "old.yaml")))
        {
            review = review with { Operation = "UPDATE", OldObject = Read(Path.Combine(folder, "old.yaml")).ToJsonString() };
        }

        var policy = Reviewing.Policy(
            special["profile"]?.GetValue<string>() ?? "default",
            new AdmissionSettings { Mode = special["mode"] is { } mode ? Enum.Parse<AdmissionMode>(mode.GetValue<string>(), ignoreCase: true) : AdmissionMode.Enforce });
        var validated = Reviewing.Validate(review, policy);
        var mutated = Reviewing.Mutate(review, policy);

        var answer = new JsonObject
        {
            ["validate"] = JsonNode.Parse(validated.Bytes),
            ["mutate"] = JsonNode.Parse(mutated.Bytes),
        };
        if (mutated.Patch is { } patch)
        {
            answer["mutate"]!["response"]!["patch"] = JsonNode.Parse(patch);
        }

        Golden.Matches(Path.Combine(folder, "answer.json"), answer.ToJsonString(Readable) + "\n");
        Golden.Matches(Path.Combine(folder, "message.txt"), validated.Message.Length == 0 ? "" : validated.Message + "\n");
    }

    private static JsonObject Read(string file)
    {
        var reading = new ManifestReader().Read(new SourceText(Path.GetFileName(file), File.ReadAllBytes(file)), isNamed: true).First();
        Assert.Null(reading.Problem);
        return JsonTree.ToJson(reading.Document.Root)!.AsObject();
    }
}
