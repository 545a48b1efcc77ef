namespace SelfHealGitOps.Bot.Detect;

/// <summary>Which of the findings of a scan count: those that no baseline knows, and that have to do with what has changed.</summary>
/// <param name="Changes">Null where everything counts, changed or not.</param>
internal sealed record ScanGate(Baseline? Baseline, ChangesSince? Changes)
{
    /// <summary>
    /// Scans, and marks or leaves out what does not count. What is not reported as new is not mended either, so that a
    /// fix stays within the change that it is part of.
    /// </summary>
    /// <param name="scan">The scan; run twice where findings have to be known before any is mended.</param>
    public ScanResult Run(ScanRequest request, Func<ScanRequest, ScanResult> scan, CancellationToken cancellationToken)
    {
        if (Baseline is null && Changes is null)
        {
            return scan(request);
        }

        var judged = Mark(scan(request with { FixUpTo = null, WritesFiles = false }), request);
        var (findings, problems) = Changes?.Touched(judged, request, cancellationToken) ?? default;
        var result = judged;
        if (request.FixUpTo is not null)
        {
            var mended = judged.Findings
                .Where(finding => judged.Baseline?.Knows(finding) != true)
                .Select(PlacedFinding.Of)
                .Where(finding => findings?.Contains(finding) != false)
                .ToHashSet();
            result = Mark(scan(request with { Mends = finding => mended.Contains(PlacedFinding.Of(finding)) }), request);
        }

        return Changes is null ? result : Changes.Confine(result, findings!, problems!);
    }

    private ScanResult Mark(ScanResult result, ScanRequest request) => Baseline?.Compare(result, request.Rules) ?? result;
}
