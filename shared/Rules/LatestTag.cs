using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class LatestTag : ObjectRule
{
    private static readonly Parameter<PatternList> BlockList = Parameter.Patterns(
        "BlockList",
        "images that no container may run; none, where AllowList alone is given",
        ".*:(latest)$",
        "^[^:]*$",
        "(.*/[^:]+)$");

    private static readonly Parameter<PatternList> AllowList = Parameter.Patterns(
        "AllowList", "images of which every container must run one; any, where the list is empty");

    private readonly PatternList blocked;
    private readonly PatternList allowed;
    private readonly bool isStandard;

    public LatestTag()
        : this(ParameterValues.None)
    {
    }

    private LatestTag(ParameterValues values)
    {
        allowed = values.Of(AllowList);
        blocked = values.Of(BlockList);
        isStandard = ReferenceEquals(blocked, BlockList.DefaultValue) && allowed.Count == 0;
        if (!isStandard && ReferenceEquals(blocked, BlockList.DefaultValue))
        {
            // kube-linter takes one list or the other.
            blocked = PatternList.Of();
        }
    }

    public override IReadOnlyList<Parameter> Parameters { get; } = [BlockList, AllowList];

    protected override RuleInfo Definition { get; } = new(
        Id: "latest-tag",
        Title: "Image has no tag, or the tag latest",
        Why: "What latest stands for changes without any change to the manifest: two pods of one workload can run different code, and a rollback rolls nothing back.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=latest-tag",
        Severity: Severity.Warning,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Needs evidence: the version or digest that the image stands for today. A fix would have to ask the registry; none is made up.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            var image = container[Name.Image];
            if (image.IsMap || image.IsList || !IsForbidden(image.Utf8))
            {
                continue;
            }

            var wanted = isStandard ? "use a version or a digest"
                : blocked.IsMatch(image.Utf8) ? $"must match none of {string.Join(", ", blocked)}"
                : $"must match one of {string.Join(", ", allowed)}";
            findings.Add(
                this,
                image,
                $"{container.Label} uses {(image.Utf8.IsEmpty ? "no image" : $"image '{image.Text}'")}; {wanted}",
                image.Utf8.IsEmpty ? Refusal.NeedsEvidence($"the image of {container.Label}")
                : TemplateText.IsExpression(image.Utf8) ? new Refusal(RefusalCode.Templated, $"the image of {container.Label} is filled in later")
                : isStandard ? Refusal.NeedsEvidence($"the digest or version that {image.Text} stands for")
                : Refusal.NeedsDecision($"which image {container.Label} is to run in place of {image.Text}"));
        }
    }

    protected override Rule Configure(ParameterValues values) => new LatestTag(values);

    private bool IsForbidden(ReadOnlySpan<byte> image) =>
        isStandard ? HasNoVersion(image) : blocked.IsMatch(image) || (allowed.Count > 0 && !allowed.IsMatch(image));

    /// <summary>
    /// The default block list, by hand as its patterns are more than plain text: an image that ends with <c>:latest</c>, has
    /// no colon, or has none after a slash.
    /// </summary>
    private static bool HasNoVersion(ReadOnlySpan<byte> image)
    {
        var colon = image.LastIndexOf((byte)':');
        if (colon < 0 || image.EndsWith(":latest"u8))
        {
            return true;
        }

        var slash = image[(colon + 1)..].IndexOf((byte)'/');
        return slash >= 0 && colon + 1 + slash < image.Length - 1;
    }
}
