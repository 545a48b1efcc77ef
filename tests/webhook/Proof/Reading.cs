using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Webhook.Tests.Proof;

/// <summary>Judges a tree by rules, without a request around it.</summary>
internal static class Reading
{
    public static List<Finding> Judge(JsonObject root, RuleSet rules)
    {
        var reader = new EnvelopeReader();
        var document = reader.Read(new SourceText("object", Encoding.UTF8.GetBytes(root.ToJsonString()))).Document!;
        reader.Enclose(document.Root);
        var subject = new Subject();
        var found = new FindingList();
        subject.Load(document.Root, PolicySettings.Default);
        rules.Check(subject, null, found);
        return [.. found];
    }
}
