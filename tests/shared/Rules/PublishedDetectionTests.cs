using System.Globalization;
using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;
using Xunit.Abstractions;

namespace SelfHealGitOps.Tests.Rules;

/// <summary>
/// Files that another system has been measured on, each judged alone as there: what it detected we find, and mend with
/// the example configuration, or say exactly what is missing. Its own rates count a patch as a success also where a
/// value in it was made up.
/// </summary>
public sealed class PublishedDetectionTests(ITestOutputHelper output)
{
    private static readonly RuleSet Rules = new(Catalogue.All);
    private static readonly PolicySettings Settings = ExampleSettings();

    [CorporaFact(PublishedDetections.Corpus)]
    public void Finds_what_was_detected_and_mends_it_or_says_what_is_missing()
    {
        var rows = new SortedDictionary<string, Row>(StringComparer.Ordinal);
        var added = 0;
        var unexplained = new List<string>();
        foreach (var (file, policies) in PublishedDetections.Read())
        {
            var source = new SourceText(file, File.ReadAllBytes(Corpora.PathOf([PublishedDetections.Corpus, .. file.Split('/')])));
            var before = new FileJudge(Rules, Settings).Judge(source, isNamed: true);
            var mended = new FileMender(Rules, Settings).Mend(source, Safety.Review, isNamed: true);
            var known = before.Findings.Select(finding => finding.Key).ToHashSet();
            added += mended.Remaining.Findings.Count(finding => !known.Contains(finding.Key));
            foreach (var policy in policies)
            {
                if (!rows.TryGetValue(policy, out var row))
                {
                    rows.Add(policy, row = new Row());
                }

                var found = before.Findings.Where(finding => PublishedDetections.Rules[policy].Contains(finding.Rule.Id)).ToList();
                var left = mended.Remaining.Findings.Where(finding => found.Exists(each => each.Key == finding.Key)).ToList();
                row.Add(found, left);
                unexplained.AddRange(left
                    .Where(finding => finding.Refusal is not { Message.Length: > 0 } refusal || refusal.Code is RefusalCode.Unverified)
                    .Select(finding => $"{file}: {finding.Rule.Id} at {finding.Pointer}: {finding.Refusal?.Message ?? "left with a fix"}"));
            }
        }

        var total = Row.Sum(rows.Values);
        Report(rows, total);
        Assert.Equal(0, added);
        Assert.True(unexplained.Count == 0, string.Join('\n', unexplained.Take(40)));
        Assert.True(total.Found >= 0.95 * total.Detections, $"only {total.Found} of {total.Detections} found");
        Assert.True(total.Mended >= 0.70 * total.Detections, $"only {total.Mended} of {total.Detections} mended");
    }

    /// <summary>The table is kept as a file, too: <c>make detections</c> prints it.</summary>
    private void Report(SortedDictionary<string, Row> rows, Row total)
    {
        var table = new StringBuilder();
        table.Append("| policy there | rules here | detections | found | verified fix | refused |\n|---|---|---|---|---|---|\n");
        foreach (var (policy, row) in rows.OrderByDescending(pair => pair.Value.Detections).ThenBy(pair => pair.Key, StringComparer.Ordinal))
        {
            table.Append(CultureInfo.InvariantCulture, $"| {policy} | {string.Join(", ", PublishedDetections.Rules[policy])} | {row} |\n");
        }

        table.Append(CultureInfo.InvariantCulture, $"| **all** | | {total} |\n\n");
        table.Append("The other system's own rates on its three sets of input are 66.8 %, 88.0 % and 52.8 % of its detections, where a value that was made up counts as a success.\n");
        output.WriteLine(table.ToString());
        var folder = Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts", "reports"));
        File.WriteAllText(Path.Combine(folder.FullName, "published-detections.md"), table.ToString());
    }

    private static PolicySettings ExampleSettings() => new()
    {
        Defaults = new OwnerDefaults { CpuRequest = "100m", MemoryRequest = "128Mi", MemoryLimit = "256Mi", RunAsUser = 10001 },
    };

    private sealed class Row
    {
        private readonly Dictionary<RefusalCode, int> refusals = [];

        public int Detections { get; private set; }

        /// <summary>Detections for which a rule finds something.</summary>
        public int Found { get; private set; }

        /// <summary>Detections of which nothing is left: every finding of those rules in the file is gone.</summary>
        public int Mended { get; private set; }

        public static Row Sum(IEnumerable<Row> rows)
        {
            var sum = new Row();
            foreach (var row in rows)
            {
                sum.Detections += row.Detections;
                sum.Found += row.Found;
                sum.Mended += row.Mended;
                foreach (var (code, count) in row.refusals)
                {
                    sum.refusals[code] = sum.refusals.GetValueOrDefault(code) + count;
                }
            }

            return sum;
        }

        public void Add(List<Finding> found, List<Finding> left)
        {
            Detections++;
            Found += found.Count > 0 ? 1 : 0;
            Mended += found.Count > 0 && left.Count == 0 ? 1 : 0;
            if (left.FirstOrDefault()?.Refusal is { } refusal)
            {
                refusals[refusal.Code] = refusals.GetValueOrDefault(refusal.Code) + 1;
            }
        }

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Detections} | {Share(Found)} | {Share(Mended)} | {string.Join(", ", refusals.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {pair.Value}"))}");

        private string Share(int count) => string.Create(CultureInfo.InvariantCulture, $"{count} ({100.0 * count / Math.Max(1, Detections):0.0} %)");
    }
}
