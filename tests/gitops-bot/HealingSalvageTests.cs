using Xunit;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>One fix that a gate refuses takes none of the others of its file with it.</summary>
public sealed class HealingSalvageTests
{
    [Fact]
    public async Task What_history_knows_and_a_gate_refuses_goes_alone()
    {
        await using var stage = new HealingStage();
        stage.Write(".selfheal.yaml", "version: 1\nprofile: all\n").Write("web.yaml", HealingStage.Web("        livenessProbe: {exec: {command: [cat, /tmp/ok]}}\n")).Push();
        stage.Write("web.yaml", HealingStage.Web("")).Push();
        var report = await stage.PassAsync();
        var request = Assert.Single(stage.Requests());
        Assert.Contains("seccompProfile", stage.Show(request.HeadBranch, "web.yaml"), StringComparison.Ordinal);
        Assert.DoesNotContain("livenessProbe", stage.Show(request.HeadBranch, "web.yaml"), StringComparison.Ordinal);
        Assert.Single(report.Refused.SelectMany(file => file.Findings), refused => refused.Refusal.Message.StartsWith("gate ", StringComparison.Ordinal));

        // And stays so: the pull request stands, and what was left out of it is refused again.
        var before = stage.Everything();
        var again = await stage.PassAsync();
        Assert.Equal(before, stage.Everything());
        Assert.Equal(
            report.Refused.SelectMany(file => file.Findings).Select(refused => refused.Refusal.Message).Order(StringComparer.Ordinal),
            again.Refused.SelectMany(file => file.Findings).Select(refused => refused.Refusal.Message).Order(StringComparer.Ordinal));
    }
}
