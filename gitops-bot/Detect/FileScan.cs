using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>A piece of text that a fix puts in place of another. Lines and columns are 1-based, columns in UTF-16 code units; the end is exclusive.</summary>
internal sealed record SourceChange(int StartLine, int StartColumn, int EndLine, int EndColumn, string Text);

/// <summary>What reports show of a finding besides itself.</summary>
/// <param name="Line">The source line it stands on.</param>
internal sealed record Excerpt(string Line, IReadOnlyList<SourceChange> Changes);

/// <summary>What a scan found in one file, and did to it.</summary>
/// <param name="Findings">What is there: without fixing, all findings; with it, those that remain.</param>
/// <param name="Fixed">What was mended, or would be.</param>
/// <param name="Excerpts">For each finding, by position; empty when nobody asked for them.</param>
/// <param name="Original">The file before the fixes; null when unchanged.</param>
/// <param name="Mended">The file after them; null when unchanged.</param>
internal sealed record FileScan(
    string File,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<Finding> Fixed,
    IReadOnlyList<ProblemFile> Problems,
    int Documents,
    IReadOnlyList<Excerpt> Excerpts,
    ReadOnlyMemory<byte>? Original,
    ReadOnlyMemory<byte>? Mended);
