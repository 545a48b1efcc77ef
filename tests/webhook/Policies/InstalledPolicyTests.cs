using System.Text;
using SelfHealGitOps.Bot.Install;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Tests;
using SelfHealGitOps.Webhook.Admission;
using SelfHealGitOps.Webhook.Policies;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Policies;

/// <summary>What an installation mounts is what the webhook reads: it would not start with anything else.</summary>
public sealed class InstalledPolicyTests
{
    private const string Opening = "  .selfheal.yaml: |2\n";

    public static TheoryData<string> Goldens => [.. Directory.GetFiles(GoldenFolder, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    public static IEnumerable<object[]> Presets =>
        from profile in BuiltInProfiles.Names
        from mode in (string[])["off", "observe", "warn", "enforce"]
        from corrects in (bool[])[false, true]
        select new object[] { profile, mode, corrects };

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Reads_the_policy_of_every_golden(string golden)
    {
        var text = File.ReadAllText(Path.Combine(GoldenFolder, golden + ".yaml"));
        var from = text.IndexOf(Opening, StringComparison.Ordinal);
        Assert.True(from > 0, "there is no policy in it");
        var lines = text[(from + Opening.Length)..].Split('\n').TakeWhile(line => line.Length == 0 || line.StartsWith("    ", StringComparison.Ordinal));
        Load(string.Concat(lines.Select(line => (line.Length == 0 ? "" : line[4..]) + "\n")));
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void Reads_the_policy_of_every_profile_mode_and_preset(string profile, string mode, bool corrects)
    {
        var policy = Load(PolicyManifest.TextOf(new() { Image = "i", Version = "1", Profile = profile, Mode = mode, CorrectsToRestricted = corrects }));
        Assert.Equal(profile, policy.Profile);
        Assert.Equal(corrects ? RestrictedDefaults.Rules.Count : 0, policy.Admission.Correct.Count);
        Assert.Equal(mode, policy.Admission.ModeOf("pss-privileged", "shop", null, AdmissionOperation.Create).ToString().ToLowerInvariant());
    }

    private static string GoldenFolder { get; } = Path.Combine(Checkout.Root, "tests", "gitops-bot", "Install", "Goldens");

    private static AdmissionPolicy Load(string text) =>
        PolicyLoading.Parse(new(".selfheal.yaml", Encoding.UTF8.GetBytes(text), null), null, 1) switch
        {
            PolicyLoading.Loaded(var policy) => policy,
            PolicyLoading.Failed(var problems) => throw new InvalidOperationException(string.Join('\n', problems) + "\n" + text),
            _ => throw new InvalidOperationException("unknown loading"),
        };
}
