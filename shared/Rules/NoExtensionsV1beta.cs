using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class NoExtensionsV1beta : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "no-extensions-v1beta",
        Title: "Object uses a beta of the group extensions",
        Why: "Kubernetes serves none of them any more: the object cannot be applied.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=no-extensions-v1beta",
        Severity: Severity.Warning,
        Profiles: Profiles.KubeLinter,
        Remedy: "Sets apiVersion to the version that took its place where nothing else differs: Safe. Review where a default differs that is not written out, or where fields move. Otherwise a person has to rewrite the object.");

    public override void Check(Subject subject, FindingList findings)
    {
        var apiVersion = subject.ApiVersion;
        var slash = apiVersion.IndexOf((byte)'/');
        if (slash < 0 || apiVersion[..slash].IndexOf("extensions"u8) < 0 || !IsBeta(apiVersion[(slash + 1)..]))
        {
            return;
        }

        if (RetiredApi.Find(subject) is { } retired)
        {
            retired.Report(this, subject, findings);
        }
        else
        {
            var place = subject.Root[Name.ApiVersion];
            findings.Add(
                this,
                place,
                $"{subject.Root[Name.Kind].Text} uses apiVersion {place.Text}; use a version that is served",
                Refusal.NeedsDecision($"the version that serves {subject.Root[Name.Kind].Text}"));
        }
    }

    /// <summary>kube-linter's pattern <c>v1beta.+</c>, anywhere in the version.</summary>
    private static bool IsBeta(ReadOnlySpan<byte> version)
    {
        var at = version.IndexOf("v1beta"u8);
        return at >= 0 && version.Length > at + 6;
    }
}
