using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// A PriorityLevelConfiguration of an older beta: <c>assuredConcurrencyShares</c> is named
/// <c>nominalConcurrencyShares</c> from v1beta3 on, and v1 takes a zero as it stands, where the betas put the default of
/// 30 for it unless an annotation says otherwise.
/// </summary>
internal static class PriorityLevelMoves
{
    private const string KeepZero = "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares";

    /// <param name="isLiteral">True when the move goes to v1.</param>
    public static FieldMoves Of(Subject subject, bool isLiteral)
    {
        var moves = new FieldMoves();
        var (old, now) = (subject.Spec["limited"]["assuredConcurrencyShares"], subject.Spec["limited"]["nominalConcurrencyShares"]);
        var shares = old.Exists ? old : now;
        if (old.Exists && now.Exists)
        {
            moves.Stop(Refusal.NeedsDecision("which counts, assuredConcurrencyShares or nominalConcurrencyShares"));
        }

        var isZero = shares.Integer == 0 && !(now.Exists && subject.Metadata[Name.Annotations][KeepZero].IsWritten);
        if (shares.Exists && (old.Exists || (isZero && isLiteral)))
        {
            moves.Set(now.Path, isZero && isLiteral ? 30 : moves.Copy(shares) ?? 30);
            moves.Remove(old);
        }

        return moves;
    }
}
