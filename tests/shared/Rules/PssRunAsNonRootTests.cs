using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Rules;

/// <summary>When the rule may say who a container runs as, and when it has to ask.</summary>
public sealed class PssRunAsNonRootTests
{
    private static readonly PolicySettings WithUid = new() { Defaults = new OwnerDefaults { RunAsUser = 10001 } };

    [Theory]
    [InlineData("securityContext: {runAsUser: 1000}, containers: [{name: a, image: i}, {name: b, image: i, securityContext: {runAsUser: 2000}}]")]
    [InlineData("containers: [{name: a, image: i, securityContext: {runAsUser: 1000}}]")]
    public void Is_safe_where_a_uid_is_in_force(string spec) =>
        Assert.All(Check(spec), finding => Assert.Equal(Safety.Safe, finding.Fix?.Safety));

    /// <summary>Windows does not heed runAsUser, and refuses ContainerAdministrator once runAsNonRoot is there.</summary>
    [Theory]
    [InlineData("os: {name: windows}, containers: [{name: a, image: i, securityContext: {runAsUser: 1000}}]")]
    [InlineData("nodeSelector: {kubernetes.io/os: windows}, containers: [{name: a, image: i, securityContext: {runAsUser: 1000}}]")]
    [InlineData("containers: [{name: a, image: i, securityContext: {runAsUser: 1000, windowsOptions: {runAsUserName: ContainerAdministrator}}}]")]
    public void Is_not_safe_on_windows(string spec) =>
        Assert.All(Check(spec), finding => Assert.Equal(Safety.Review, finding.Fix?.Safety));

    [Fact]
    public void Goes_to_the_pod_only_where_no_container_inherits_what_it_cannot_keep()
    {
        var findings = Check("securityContext: {runAsUser: 1000}, containers: [{name: a}, {name: b, securityContext: {runAsUser: 0}}]");

        Assert.Equal("spec.containers[name=a].securityContext.runAsNonRoot", Assert.Single(findings[0].Fix!.Edits).Path.ToString());
        Assert.Equal("runAsUser is 0: which non-zero uid can the image of container 'b' run as", findings[1].Refusal?.Message);
    }

    [Fact]
    public void Asks_for_the_uid_of_the_image()
    {
        var refusal = Assert.Single(Check("containers: [{name: a, image: 'web:1'}]")).Refusal;

        Assert.Equal(Refusal.NeedsEvidence("the uid that image 'web:1' runs as"), refusal);
    }

    [Fact]
    public void Leaves_to_a_person_what_somebody_switched_off()
    {
        var findings = Check("securityContext: {runAsNonRoot: false, runAsUser: 1000}, containers: [{name: a}, {name: b, securityContext: {runAsNonRoot: false}}]");

        Assert.Equal([Safety.Review, Safety.Review], findings.Select(finding => finding.Fix!.Safety));
    }

    [Fact]
    public void Takes_the_uid_of_the_owner_for_the_container_alone()
    {
        var fix = Assert.Single(Check("containers: [{name: a}, {name: b, securityContext: {runAsNonRoot: true}}]", WithUid)).Fix;

        Assert.Equal(Safety.Review, fix?.Safety);
        Assert.Equal(
            [
                new Edit.Set(FieldPath.Root.Key("spec").Key("containers").Append(new PathStep.Element("name", "a")).Key("securityContext").Key("runAsUser"), 10001),
                new Edit.Set(FieldPath.Root.Key("spec").Key("containers").Append(new PathStep.Element("name", "a")).Key("securityContext").Key("runAsNonRoot"), true),
            ],
            fix!.Edits);
    }

    [Theory]
    [InlineData("containers: [{name: a, securityContext: {runAsUser: 0}}]")]
    [InlineData("securityContext: {runAsUser: 0}, containers: [{name: a}]")]
    [InlineData("securityContext: {runAsUser: '1000'}, containers: [{name: a}]")]
    [InlineData("os: {name: windows}, containers: [{name: a}]")]
    [InlineData("securityContext: {runAsNonRoot: false}, containers: [{name: a, securityContext: {runAsUser: 0}}]")]
    public void Never_puts_the_uid_of_the_owner_over_another_nor_on_windows(string spec) =>
        Assert.Equal(RefusalCode.NeedsEvidence, Assert.Single(Check(spec, WithUid)).Refusal?.Code);

    private static List<Finding> Check(string spec, PolicySettings? settings = null) =>
        Judge.Text($"apiVersion: v1\nkind: Pod\nspec: {{{spec}}}\n", [new PssRunAsNonRoot()], settings);
}
