using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Tests;

/// <summary>Runs rules over a text, as the commands do.</summary>
internal static class Judge
{
    public static List<Finding> Text(string text, IEnumerable<ObjectRule> rules, PolicySettings? settings = null, string file = "test.yaml") =>
        Bytes(Encoding.UTF8.GetBytes(text), rules, settings, file);

    public static List<Finding> Bytes(byte[] bytes, IEnumerable<ObjectRule> rules, PolicySettings? settings = null, string file = "test.yaml") =>
        Bytes(bytes, new RuleSet(rules), settings, file);

    public static List<Finding> Bytes(byte[] bytes, RuleSet set, PolicySettings? settings = null, string file = "test.yaml")
    {
        var subject = new Subject();
        var findings = new FindingList();
        var all = new List<Finding>();
        foreach (var reading in new ManifestReader().Read(new SourceText(file, bytes), isNamed: true))
        {
            if (reading.Problem is { } problem)
            {
                throw new InvalidOperationException($"{problem}");
            }

            foreach (var (root, item) in reading.Document.Manifests())
            {
                subject.Load(root, settings ?? PolicySettings.Default);
                set.Check(subject, item, findings);
                all.AddRange(findings);
            }
        }

        return all;
    }
}
