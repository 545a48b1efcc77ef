using System.Text.RegularExpressions;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

/// <summary>What the documents show is what the reader takes.</summary>
public sealed partial class PolicyDocumentationTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "configuration.md"));

    [Fact]
    public void Shows_policies_that_are_accepted()
    {
        var shown = YamlBlock().Matches(Page).Select(match => match.Groups["yaml"].Value).ToList();

        Assert.True(shown.Count > 1);
        Assert.All(shown, text => PolicyText.Accept(text));
    }

    [Fact]
    public void Explains_every_key() => Assert.Equal(PolicyFile.Keys, Heading().Matches(Page).Select(match => match.Groups["key"].Value));

    [Fact]
    public void Names_every_default() => Assert.All(
        DefaultSection.Keys.Concat(ProbeReading.Handlers).Concat(ImageSection.Keys).Concat(ProfileSection.Keys).Concat(RuleSection.OwnKeys).Concat(RuleSection.Words)
            .Concat(BuiltInProfiles.Names).Concat(AdmissionSection.Keys).Concat(AdmissionSection.ScopeKeys).Concat(AdmissionSection.Modes)
            .Concat(AdmissionSection.Operations).Concat(NamespaceSelectorReading.Keys).Concat(NamespaceSelectorReading.Operators),
        key => Assert.Matches($"`{key}[`.]", Page));

    [Fact]
    public void The_example_is_accepted()
    {
        var policy = PolicyText.Accept(File.ReadAllText(Path.Combine(Checkout.Root, "examples", "shop", ".selfheal.yaml")));

        Assert.Equal(KubernetesVersion.V1(34), policy.Settings.KubernetesVersion);
        Assert.NotNull(policy.Settings.Defaults.ReadinessProbe);
    }

    [GeneratedRegex("```yaml\n(?<yaml>.*?)```", RegexOptions.Singleline)]
    private static partial Regex YamlBlock();

    [GeneratedRegex("^### `(?<key>[A-Za-z]+)`$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
