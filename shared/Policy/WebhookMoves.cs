using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// The webhooks of a configuration of <c>admissionregistration.k8s.io/v1beta1</c> in <c>v1</c>: what had another default
/// is written out as it was, and side effects have to be said.
/// </summary>
internal static class WebhookMoves
{
    public static FieldMoves Of(Subject subject)
    {
        var moves = new FieldMoves();
        foreach (var webhook in subject.Root[Name.Webhooks].Elements)
        {
            var sideEffects = webhook[Name.SideEffects];
            if (!sideEffects.Is("None"u8) && !sideEffects.Is("NoneOnDryRun"u8))
            {
                moves.Stop(Refusal.NeedsEvidence($"whether the webhook has side effects, {sideEffects.Path}: None or NoneOnDryRun"));
            }

            Default(webhook[Name.AdmissionReviewVersions], new Value.List(["v1beta1"]), moves);
            Default(webhook[Name.FailurePolicy], "Ignore", moves);
            Default(webhook[Name.MatchPolicy], "Exact", moves);
            Default(webhook[Name.TimeoutSeconds], 30, moves);
        }

        return moves;
    }

    private static void Default(Field field, Value value, FieldMoves moves)
    {
        if (!field.Exists)
        {
            moves.Set(field.Path, value);
        }
    }
}
