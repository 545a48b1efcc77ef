using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

/// <summary>A patch is completed by what it is laid over: writing out a default there would override the base.</summary>
public sealed class PartialObjectTests
{
    [Theory]
    [InlineData("image: registry.example/web:1", Safety.Safe)]
    [InlineData("env: []", Safety.Review)]
    public void No_fix_of_a_patch_is_safe(string field, Safety expected)
    {
        var findings = Judge.Text(
            $"""
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
            spec:
              template:
                spec:
                  containers:
                  - name: web
                    {field}
                    resources:
                      limits:
                        cpu: "1"

            """,
            [new UnsetCpuRequirements(), new RestartPolicy()]);

        Assert.Equal(2, findings.Count);
        Assert.All(findings, finding => Assert.Equal(expected, finding.Fix!.Safety));
    }
}
