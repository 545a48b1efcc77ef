using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Rules;

/// <summary>Findings end up in logs, pull requests and webhook answers: what they find must not.</summary>
public sealed class CredentialMessageTests
{
    [Theory]
    [InlineData("postgres://shop:correct-horse@db/shop", "correct-horse")]
    [InlineData("AKIAZZZZYYYYXXXX1234", "YYYY")]
    [InlineData("glpat-zzzzyyyyxxxxwwwwvvvv", "yyyy")]
    [InlineData("-----BEGIN PRIVATE KEY----- bm90IGEga2V5 -----END PRIVATE KEY-----", "bm90")]
    public void Holds_no_credential(string value, string secret)
    {
        var findings = Judge.Text(
            $$"""
            apiVersion: v1
            kind: Pod
            metadata: {name: shop}
            spec:
              containers:
              - name: web
                image: web:1.0
                command: ["{{value}}"]
                args: ["{{value}}"]
                env:
                - {name: APP_SECRET, value: "{{value}}"}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: shop}
            data: {key: "{{value}}"}
            """,
            Catalogue.All);

        Assert.Equal(4, findings.Count(finding => finding.Rule.Id == "literal-credential"));
        Assert.Contains(findings, finding => finding.Rule.Id == "env-var-secret");
        Assert.All(findings, finding => Assert.DoesNotContain(secret, $"{finding}", StringComparison.Ordinal));
    }
}
