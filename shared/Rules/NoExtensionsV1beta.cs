using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class NoExtensionsV1beta : ObjectRule
{
    private static readonly Parameter<Pattern> Group = Parameter.Pattern("group", "the groups that may not be used, ^$ for the core group", "extensions");
    private static readonly Parameter<Pattern> Version = Parameter.Pattern("version", "their versions that may not be used", "v1beta.+");
    private static readonly Parameter<Pattern> Kind = Parameter.Pattern("kind", "their kinds that may not be used; all, where it is empty", "");

    private readonly Pattern group;
    private readonly Pattern version;
    private readonly Pattern kind;
    private readonly bool isStandard;

    public NoExtensionsV1beta()
        : this(ParameterValues.None)
    {
    }

    private NoExtensionsV1beta(ParameterValues values)
    {
        group = values.Of(Group);
        version = values.Of(Version);
        kind = values.Of(Kind);
        isStandard = values.IsEmpty;
    }

    public override IReadOnlyList<Parameter> Parameters { get; } = [Group, Version, Kind];

    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.OldIngress, ResourceKind.Any];

    protected override RuleInfo Definition { get; } = new(
        Id: "no-extensions-v1beta",
        Title: "Object uses a beta of the group extensions",
        Why: "Kubernetes serves none of them any more: the object cannot be applied.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=no-extensions-v1beta",
        Severity: Severity.Warning,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Sets apiVersion to the version that took its place where nothing else differs: Safe. Review where a default differs that is not written out, or where fields move. Otherwise a person has to rewrite the object.");

    public override void Check(Subject subject, FindingList findings)
    {
        if (!IsForbidden(subject.ApiVersion) || !kind.IsMatch(subject.Kind))
        {
            return;
        }

        if (RetiredApi.Find(subject) is { } retired && !(retired.To is { } to && IsForbidden(Encoding.UTF8.GetBytes(to))))
        {
            retired.Report(this, subject, findings);
        }
        else
        {
            var place = subject.Root[Name.ApiVersion];
            findings.Add(
                this,
                place,
                $"{subject.Root[Name.Kind].Text} uses apiVersion {place.Text}; {(isStandard ? "use a version that is served" : "must be another")}",
                Refusal.NeedsDecision(isStandard
                    ? $"the version that serves {subject.Root[Name.Kind].Text}"
                    : $"what to use in place of {subject.Root[Name.Kind].Text} of {place.Text}"));
        }
    }

    protected override Rule Configure(ParameterValues values) => new NoExtensionsV1beta(values);

    private bool IsForbidden(ReadOnlySpan<byte> apiVersion)
    {
        var slash = apiVersion.IndexOf((byte)'/');
        return group.IsMatch(slash < 0 ? default : apiVersion[..slash]) && version.IsMatch(apiVersion[(slash + 1)..]);
    }
}
