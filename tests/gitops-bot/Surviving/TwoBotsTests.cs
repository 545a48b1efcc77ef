using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Forge;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Surviving;

public sealed class TwoBotsTests
{
    /// <summary>Processes with a state folder each, or with one between them.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_bots_at_one_repository_do_everything_once(bool isShared)
    {
        await using var stage = Shop.Stage();
        await CrashTests.MakeLaterAsync(stage);
        using var start = await stage.SnapshotAsync();
        await stage.PassAsync();
        await stage.PassAsync();
        var expected = Summary(stage);
        for (var round = 0; round < 3; round++)
        {
            await stage.RestoreAsync(start);
            using var one = KilledPass.StartRace(stage, "bot", round + 1);
            using var two = KilledPass.StartRace(stage, isShared ? "bot" : "other", round + 11);
            await Task.WhenAll(one.WaitForExitAsync(), two.WaitForExitAsync());
            Assert.True(one.ExitCode == 0, await one.StandardError.ReadToEndAsync());
            Assert.True(two.ExitCode == 0, await two.StandardError.ReadToEndAsync());
            await stage.PassAsync();
            Assert.Equal(expected, Summary(stage));
            var before = stage.Everything();
            await stage.PassAsync("other");
            Assert.Equal(before, stage.Everything());
            await Shop.CheckAsync(stage, "bot");
        }
    }

    /// <summary>All but the numbers, which go by who was first.</summary>
    private static string Summary(HealingStage stage)
    {
        var lines = new List<string>();
        foreach (var state in Enum.GetValues<PullRequestState>())
        {
            lines.AddRange(stage.Requests(state).Select(each => $"{state} {each.Title} {each.HeadBranch} {each.HeadSha} {DeliveryNote.Find(each.Body)} {string.Join(' ', each.Labels)} {string.Join(' ', each.Reviewers)}"));
        }

        foreach (var state in Enum.GetValues<IssueState>())
        {
            lines.AddRange(stage.Issues(state).Select(each => $"{state} {each.Title} {each.Fingerprint} {string.Join(' ', each.Labels)}"));
        }

        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }
}
