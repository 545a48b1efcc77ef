using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class MismatchingSelector : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "mismatching-selector",
        Title: "Selector does not find the workload's own pods",
        Why: "The API server refuses a workload that would not find the pods it makes.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=mismatching-selector",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Adds to the template the labels of matchLabels that it lacks. Review: other selectors may then find the pods, too. A label with another value needs a decision, as the selector of an object in the cluster cannot be changed.");

    public override void Check(Subject subject, FindingList findings)
    {
        var workload = Workloads.Of(subject);
        var template = (workload == Workload.CronJob ? subject.Spec[Name.JobTemplate][Name.Spec] : subject.Spec)[Name.Template];
        if (workload is Workload.None or Workload.ReplicationController || !template.IsMap)
        {
            return;
        }

        var place = Workloads.Selector(subject, workload);
        var selector = Workloads.PodSelector(subject, workload);
        var labels = template[Name.Metadata][Name.Labels];
        if (selector.IsEmpty)
        {
            // The API server makes the selector of a Job, and those of the versions before apps/v1 from the template.
            if (workload == Workload.DeploymentConfig || subject.ApiVersion.SequenceEqual("apps/v1"u8))
            {
                findings.Add(
                    this,
                    place,
                    "the selector is empty; must ask for labels of the template",
                    Refusal.NeedsDecision(
                        $"which labels tell the pods of this object from all others; the template has {Describe(labels)}. A selector cannot be changed later"));
            }
        }
        else if (!selector.IsValid)
        {
            findings.Add(
                this,
                place,
                "the selector has an expression that no label can meet; In and NotIn take values, Exists and DoesNotExist none",
                Refusal.NeedsDecision("which pods the expressions of the selector are meant to find"));
        }
        else if (!selector.Matches(labels))
        {
            Report(selector, labels, findings);
        }
    }

    private void Report(PodSelector selector, Field labels, FindingList findings)
    {
        var message = $"the template has {Describe(labels)}, which the selector does not find; the selector wants {Describe(selector)}";
        if (!selector.WouldMatch(labels))
        {
            findings.Add(
                this,
                labels,
                message,
                Refusal.NeedsDecision("which is right, the selector or the labels of the template. Where the object is in a cluster already, its selector stays as it is there"));
            return;
        }

        var edits = new List<Edit>();
        foreach (var wanted in selector.MatchLabels.Entries)
        {
            if (!PodSelector.Find(labels, wanted.Utf8Key).IsWritten)
            {
                edits.Add(new Edit.Set(labels[wanted.Key].Path, wanted.Value.Text ?? ""));
            }
        }

        findings.Add(this, labels, message, new Fix("Give the template the labels that the selector wants", Safety.Review, [.. edits]));
    }

    private static string Describe(PodSelector selector) =>
        !selector.HasExpressions ? Describe(selector.MatchLabels)
        : selector.MatchLabels.Count == 0 ? "its expressions to hold"
        : $"{Describe(selector.MatchLabels)} and its expressions to hold";

    private static string Describe(Field labels)
    {
        var texts = new List<string>();
        foreach (var label in labels.Entries)
        {
            texts.Add($"{label.Key}={label.Value.Text}");
        }

        return texts.Count == 0 ? "no labels" : string.Join(", ", texts);
    }
}
