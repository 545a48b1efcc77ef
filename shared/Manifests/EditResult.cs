namespace SelfHealGitOps.Manifests;

/// <summary>Edits as changes of text, or the first edit that cannot be carried out and why; then nothing is to be changed.</summary>
public abstract record EditResult
{
    private EditResult()
    {
    }

    /// <summary>In the order of the text, none overlapping another; empty where the edits change nothing.</summary>
    public sealed record Spliced(IReadOnlyList<TextSplice> Splices) : EditResult;

    public sealed record Refused(Edit Edit, Refusal Refusal) : EditResult;
}
