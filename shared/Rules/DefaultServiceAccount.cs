using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class DefaultServiceAccount : ObjectRule
{
    private static readonly Parameter<Pattern> ForbiddenAccount = Parameter.Pattern(
        "serviceAccount", "the service accounts that no pod may run as; a pod that names none has the empty name", "^(|default)$");

    private readonly Pattern forbidden;
    private readonly bool isStandard;

    public DefaultServiceAccount()
        : this(ParameterValues.None)
    {
    }

    private DefaultServiceAccount(ParameterValues values)
    {
        forbidden = values.Of(ForbiddenAccount);
        isStandard = ReferenceEquals(forbidden, ForbiddenAccount.DefaultValue);
    }

    public override IReadOnlyList<Parameter> Parameters { get; } = [ForbiddenAccount];

    protected override RuleInfo Definition { get; } = new(
        Id: "default-service-account",
        Title: "Pod runs as the default service account",
        Why: "Rights that anybody grants to the default account are granted to every pod of the namespace without one of its own.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=default-service-account",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Needs evidence: the service account for this pod. A pod that never calls the API may set automountServiceAccountToken to false instead.");

    public override void Check(Subject subject, FindingList findings)
    {
        var pod = subject.Pod.Spec;
        if (!subject.HasPod || pod[Name.AutomountServiceAccountToken].IsFalse)
        {
            return;
        }

        var account = pod[Name.ServiceAccountName].Utf8.IsEmpty ? pod[Name.ServiceAccount] : pod[Name.ServiceAccountName];
        if (IsForbidden(account.Utf8))
        {
            findings.Add(
                this,
                // One place for both spellings: the old field may be renamed meanwhile.
                pod[Name.ServiceAccountName],
                $"the pod {(account.Utf8.IsEmpty ? "names no service account" : $"runs as the service account {account.Text}")}; use {(isStandard ? "one of its own" : "another")}, or mount no token",
                Refusal.NeedsEvidence("the service account that the pod is to run as, or that it never calls the API"));
        }
    }

    protected override Rule Configure(ParameterValues values) => new DefaultServiceAccount(values);

    /// <summary>The default is compared by hand: most pods are judged by it, and its pattern is more than plain text.</summary>
    private bool IsForbidden(ReadOnlySpan<byte> account) =>
        isStandard ? account.IsEmpty || account.SequenceEqual("default"u8) : forbidden.IsMatch(account);
}
