using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Tests;

/// <summary>Runs rules over a text, as the commands do.</summary>
internal static class Judge
{
    public static List<Finding> Text(string text, IEnumerable<Rule> rules, PolicySettings? settings = null, string file = "test.yaml") =>
        Bytes(Encoding.UTF8.GetBytes(text), rules, settings, file);

    public static List<Finding> Bytes(byte[] bytes, IEnumerable<Rule> rules, PolicySettings? settings = null, string file = "test.yaml") =>
        Bytes(bytes, new RuleSet(rules), settings, file);

    public static List<Finding> Bytes(byte[] bytes, RuleSet set, PolicySettings? settings = null, string file = "test.yaml")
    {
        var subject = new Subject();
        var findings = new FindingList();
        var all = new List<Finding>();
        var read = FileReading.Read(new ManifestReader(), new SourceText(file, bytes), isNamed: true);
        var objects = ObjectSet.Of(read.Objects);
        foreach (var reading in read.Documents)
        {
            if (reading.Problem is { } problem)
            {
                throw new InvalidOperationException($"{problem}");
            }

            if (reading.Kind != DocumentKind.Manifest)
            {
                continue;
            }

            foreach (var (root, item) in reading.Document.Manifests())
            {
                subject.Load(root, settings ?? PolicySettings.Default);
                set.Check(subject, item, findings, objects);
                all.AddRange(findings);
            }
        }

        return all;
    }
}
