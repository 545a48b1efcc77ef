using System.Text;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Rules;

/// <summary>What a scan by a level of the Pod Security Standards says where one control has taken the place of another.</summary>
public sealed class ReplacedControlTests
{
    private const string Pod = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          os: {name: OS}
          containers:
          - name: web
            image: registry.example/web:1
            securityContext:
              capabilities:
                add: [SYS_TIME]

        """;

    [Fact]
    public void Finds_a_place_under_both_names()
    {
        var found = Found("linux", PssVersion.Latest);
        Assert.Contains("pss-capabilities-baseline", found);
        Assert.Contains("pss-capabilities-restricted", found);
    }

    [Fact]
    public void Exempts_what_the_replacement_exempts()
    {
        Assert.DoesNotContain(Found("windows", PssVersion.Latest), id => id.StartsWith("pss-capabilities", StringComparison.Ordinal));
        Assert.Contains("pss-capabilities-baseline", Found("windows", PssVersion.V1(24)));
    }

    [Fact]
    public void Goes_by_the_older_control_before_there_was_another()
    {
        var found = Found("linux", PssVersion.V1(21));
        Assert.Contains("pss-capabilities-baseline", found);
        Assert.DoesNotContain("pss-capabilities-restricted", found);
    }

    private static List<string> Found(string os, PssVersion version) => [.. Judge
        .Bytes(
            Encoding.UTF8.GetBytes(Pod.Replace("OS", os, StringComparison.Ordinal)),
            Catalogue.SetOf(Profiles.PssRestricted, version),
            new PolicySettings { PssVersion = version })
        .Select(finding => finding.Rule.Id)];
}
