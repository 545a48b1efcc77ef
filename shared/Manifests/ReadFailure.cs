namespace SelfHealGitOps.Manifests;

/// <summary>Ends the reading of one document; becomes a <see cref="ProblemFile"/>. <see cref="Offset"/> is a byte of the file.</summary>
internal sealed class ReadFailure(ProblemCode code, int offset, string message) : Exception(message)
{
    public ProblemCode Code { get; } = code;

    public int Offset { get; } = offset;
}
