using System.Globalization;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Tests.Policy;

/// <summary>Adds up what became of the findings of a corpus.</summary>
internal sealed class CorporaTally
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> refusals = new(StringComparer.Ordinal);
    private readonly List<int> edits = [];
    private int files;
    private int documents;
    private int verified;
    private int added;

    public int Findings { get; private set; }

    public void Add(FileJudgement before, MendedFile mended)
    {
        lock (gate)
        {
            files++;
            documents += before.Documents;
            Findings += before.Findings.Count;
            verified += mended.Fixed.Count;
            edits.AddRange(mended.Fixed.Select(finding => finding.Rendered!.Patch.Operations.Count));
            var known = before.Findings.Select(finding => finding.Key).ToHashSet();
            added += mended.Remaining.Findings.Count(finding => !finding.Rule.IsOfLayout && !known.Contains(finding.Key));
            foreach (var finding in mended.Remaining.Findings)
            {
                var code = finding.Refusal?.Code.ToString() ?? "none";
                refusals[code] = refusals.GetValueOrDefault(code) + 1;
            }
        }
    }

    public override string ToString()
    {
        edits.Sort();
        var shares = refusals.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {Share(pair.Value)}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{files} files, {documents} documents, {Findings} findings; verified fix {Share(verified)}; refused: {string.Join(", ", shares)}; new findings {added}; edits per fix: median {At(0.5)}, P95 {At(0.95)}");
    }

    private int At(double share) => edits.Count == 0 ? 0 : edits[(int)((edits.Count - 1) * share)];

    private string Share(int count) => string.Create(CultureInfo.InvariantCulture, $"{count} ({100.0 * count / Math.Max(1, Findings):0.0} %)");
}
