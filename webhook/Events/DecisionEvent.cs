using System.Text;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Webhook.Admission;

namespace SelfHealGitOps.Webhook.Events;

/// <summary>A denial or a correction, and who it befell: what is logged, and sent to whoever mends files. Holds nothing of the request's buffers.</summary>
internal sealed record DecisionEvent(
    AdmissionDecision Decision, ObjectIdentity Object, string Uid, string User, AdmissionOperation Operation, string SubResource, bool IsDryRun, DateTimeOffset Time, string Policy)
{
    private const int MaxUserBytes = 256;

    public static DecisionEvent Of(in AdmissionRequest request, AdmissionDecision decision, AdmissionPolicy policy, DateTimeOffset time)
    {
        var stated = ObjectIdentity.Of(request.Object);
        return new(
            decision,
            request.Namespace is null ? stated : stated with { Namespace = request.Namespace },
            request.Uid,
            BoundedText.Line(Encoding.UTF8.GetString(request.UserName), MaxUserBytes),
            request.Operation,
            Encoding.UTF8.GetString(request.SubResource),
            request.IsDryRun,
            time,
            policy.Digest);
    }
}
