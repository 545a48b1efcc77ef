using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Detect;

public class FindingFingerprintsTests
{
    private static readonly RuleInfo Rule = new("pss-privileged", "a", "b", "c", Severity.Error, Profiles.None, "d");
    private static readonly FieldPath Path = FieldPath.Root.Key("spec").Key("containers").Append(new PathStep.Element("name", "web")).Key("securityContext").Key("privileged");

    /// <summary>Baselines hold these; the value is SHA-256 over the parts, a line each.</summary>
    [Fact]
    public void Are_what_they_always_were() => Assert.Equal(["f330345c1366f25353b282e3c14f1c1b"], Of(Found(Path)));

    [Fact]
    public void Do_not_tell_where_a_finding_stands()
    {
        var moved = Found(Path) with { Origin = new("web.yaml", 7, 3, 99, 42), Pointer = "/spec/containers/9", Message = "other", Object = new("v2", "Pod", null, "web") };

        Assert.Equal(Of(Found(Path)), Of(moved));
    }

    [Fact]
    public void Number_what_is_equal_but_for_its_index()
    {
        Finding At(int index) => Found(FieldPath.Root.Key("spec").Key("tolerations").Append(new PathStep.Index(index)).Key("operator"));

        var two = Of(At(0), At(1));
        var three = Of(At(0), At(5), At(12));

        Assert.Equal(3, three.Distinct().Count());
        Assert.Equal(two, three[..2]);
    }

    [Fact]
    public void Tell_everything_else_apart()
    {
        var all = Of(
            Found(Path),
            Found(Path.Key("a")),
            Found(Path) with { Rule = Rule with { Id = "other" } },
            Found(Path) with { Origin = new("other.yaml", 0, null, 1, 1) },
            Found(Path) with { Object = new("v1", "Job", null, "web") },
            Found(Path) with { Object = new("v1", "Pod", "shop", "web") },
            Found(Path) with { Object = new("v1", "Pod", null, "other") },
            Found(Path));

        Assert.Equal(8, all.Distinct().Count());
    }

    private static Finding Found(FieldPath path) =>
        new(Rule, new ObjectIdentity("v1", "Pod", null, "web"), new Origin("web.yaml", 0, null, 1, 1), path, "", "", null, null);

    private static List<string> Of(params Finding[] findings)
    {
        var fingerprints = new FindingFingerprints(null, [new FileScan("web.yaml", findings, [], 1)]);
        return [.. findings.Select(fingerprints.Of)];
    }
}
