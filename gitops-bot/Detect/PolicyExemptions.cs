using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>What a scan finds wrong with the exemptions of the policy file.</summary>
internal static class PolicyExemptions
{
    /// <summary>The scans, with the findings at the policy file, which may be one of them or lie elsewhere.</summary>
    /// <param name="files">What was scanned; null for a text that is no file.</param>
    public static IReadOnlyList<FileScan> AddFindings(IEnumerable<FileScan> scans, RepositoryFiles? files, ScanRequest request)
    {
        List<FileScan> all = [.. scans];
        if (request.Settings.Exemptions is not { Count: > 0, Source: { } source } exemptions || request.PolicyFile is not { } path)
        {
            return all;
        }

        var used = all.SelectMany(scan => scan.Exempted).SelectMany(exempted => exemptions.Matching(exempted.Finding, request.Now)).ToHashSet();

        // A file that could not be read may hold the very object.
        var isWhole = files is not null && files.Covers(Path.GetDirectoryName(path)!) && all.TrueForAll(scan => scan.Problems.Count == 0);
        var name = files?.Name(path) ?? Path.GetRelativePath(Directory.GetCurrentDirectory(), path).Replace(Path.DirectorySeparatorChar, '/');
        var findings = ExemptionFindings.Of(request.Settings, request.Rules, used, isWhole, name, request.Now);
        if (findings.Count == 0)
        {
            return all;
        }

        IEnumerable<Excerpt> excerpts = request.WantsExcerpts ? findings.Select(finding => new Excerpt(source.Line(finding.Origin.Line), [])) : [];
        var at = all.FindIndex(scan => scan.File == name);
        if (at < 0)
        {
            all.Add(new FileScan(name, findings, [], 0) { Excerpts = [.. excerpts] });
        }
        else
        {
            all[at] = all[at] with { Findings = [.. all[at].Findings, .. findings], Excerpts = [.. all[at].Excerpts, .. excerpts] };
        }

        return all;
    }
}
