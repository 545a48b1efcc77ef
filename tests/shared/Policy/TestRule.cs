using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Tests.Policy;

/// <summary>A rule of a test's own, for what no honest rule would do.</summary>
internal sealed class TestRule(string id, Action<TestRule, Subject, FindingList> check) : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(id, id, "a test", "https://example.com/", Severity.Warning, Profiles.None, "a test");

    public override void Check(Subject subject, FindingList findings) => check(this, subject, findings);

    /// <summary>Finds a field of the object's root that is not the value, and sets it to that.</summary>
    public static TestRule Wants(string id, string key, Value value, Safety safety = Safety.Review) => new(id, (rule, subject, findings) =>
    {
        var field = subject.Root[key];
        if (!ValueTree.AreEqual(field, value))
        {
            findings.Add(rule, field, $"{key} is not as wanted", new Fix($"Set {key}", safety, new Edit.Set(field.Path, value)));
        }
    });

    /// <summary>Always finds the field, and has edits that it believes in.</summary>
    public static TestRule Always(string id, string key, params Edit[] edits) => new(id, (rule, subject, findings) =>
        findings.Add(rule, subject.Root[key], $"{key} is wrong", new Fix($"Change {key}", Safety.Review, [.. edits])));
}
