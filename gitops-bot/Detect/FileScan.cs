using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>A piece of text that a fix puts in place of another. Lines and columns are 1-based, columns in UTF-16 code units; the end is exclusive.</summary>
internal sealed record SourceChange(int StartLine, int StartColumn, int EndLine, int EndColumn, string Text);

/// <summary>What reports show of a finding besides itself.</summary>
/// <param name="Line">The source line it stands on.</param>
internal sealed record Excerpt(string Line, IReadOnlyList<SourceChange> Changes);

/// <summary>What a scan found in one file, and did to it.</summary>
/// <param name="Findings">What is wrong with the file as the scan leaves it.</param>
/// <param name="Documents">The manifests in it.</param>
internal sealed record FileScan(string File, IReadOnlyList<Finding> Findings, IReadOnlyList<ProblemFile> Problems, int Documents)
{
    /// <summary>What was mended. Lines are those of the file before.</summary>
    public IReadOnlyList<Finding> Fixed { get; init; } = [];

    /// <summary>What is wrong, and does not count.</summary>
    public IReadOnlyList<ExemptedFinding> Exempted { get; init; } = [];

    /// <summary>How many findings fixing would mend; 0 unless a preview was asked for.</summary>
    public int Planned { get; init; }

    /// <summary>For each finding, by position; empty when nobody asked for them.</summary>
    public IReadOnlyList<Excerpt> Excerpts { get; init; } = [];

    /// <summary>The change that was made, or previewed; null for none.</summary>
    public FileChange? Change { get; init; }

    /// <summary>How many findings and problems are left out of reports: nothing that changed since the given commit has to do with them.</summary>
    public int LeftOut { get; init; }

    /// <summary>Why the mended file was not written; null where it was, or nothing was to be written.</summary>
    public Refusal? NotWritten { get; init; }
}

/// <summary>The bytes of a file before and after its fixes.</summary>
internal sealed record FileChange(ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte> After);
