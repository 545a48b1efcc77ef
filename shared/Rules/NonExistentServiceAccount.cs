using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class NonExistentServiceAccount : SetRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "non-existent-service-account",
        Title: "Pod runs as a service account that nobody makes",
        Why: "The API server refuses the pods; the workload stands there and has none.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=non-existent-service-account",
        Severity: Severity.Warning,
        Profiles: Profiles.KubeLinter,
        Remedy: "Needs evidence: the account. None is made up, as its rights are what matters; one that a chart, an operator or a person makes elsewhere wants an exemption.");

    public override void Check(Subject subject, ObjectSet set, FindingList findings)
    {
        var pod = subject.Pod.Spec;
        var place = pod[Name.ServiceAccountName].Utf8.IsEmpty ? pod[Name.ServiceAccount] : pod[Name.ServiceAccountName];
        if (!subject.HasPod || place.Utf8.IsEmpty || place.Is("default"u8))
        {
            return;
        }

        var @namespace = subject.Metadata[Name.Namespace].Text ?? "";
        var account = place.Text!;
        if (set.Named("ServiceAccount", @namespace, account).Any(each => each.Group.Length == 0))
        {
            return;
        }

        // In how many namespaces it is does not matter to whoever looks for the right one.
        var named = set.Named("ServiceAccount", account).Where(each => each.Group.Length == 0).Take(Alike.Most).ToList();
        var where = @namespace.Length > 0 ? $" of the namespace {@namespace}" : "";
        findings.Add(
            this,
            // One place for both spellings: the old field may be renamed meanwhile.
            pod[Name.ServiceAccountName],
            $"no ServiceAccount '{account}'{where} is among the scanned files",
            TemplateText.IsExpression(place.Utf8) ? new Refusal(RefusalCode.Templated, "the name of the account is filled in later")
            : Refusal.NeedsEvidence(named.Count > 0
                ? $"which namespace is right: a ServiceAccount '{account}' is in {string.Join(", ", named.Select(each => each.Namespace.Length > 0 ? each.Namespace : "none that is written").Distinct().Order(StringComparer.Ordinal))}"
                : $"what makes the ServiceAccount '{account}'{where} (a chart, an operator or a person, elsewhere), or which one was meant{Alike.Of(account, set.OfKindIn("ServiceAccount", @namespace))}"));
    }
}
