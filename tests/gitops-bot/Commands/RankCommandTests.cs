using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Schedule;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public class RankCommandTests
{
    [Fact]
    public void Replays_a_made_up_queue_and_needs_no_repository()
    {
        using var folder = new TempFolder();
        var expected = new StringWriter();
        QueueReplay.Run(1).Write(expected);

        var outcome = SelfHeal.Run(folder.Root, "rank", "--replay");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(expected.ToString(), outcome.Output + (outcome.Output.EndsWith('\n') ? "" : "\n"));
        Assert.Empty(folder.Names);
    }

    [Fact]
    public void Replays_as_JSON()
    {
        using var folder = new TempFolder();
        var json = JsonNode.Parse(SelfHeal.Run(folder.Root, "rank", "--replay", "-o", "json").Output)!;
        Assert.Equal(830, (int)json["items"]!);
        Assert.True((double)json["ranked"]!["topP95Hours"]! < (double)json["firstCome"]!["topP95Hours"]!);
    }

    [Fact]
    public void Does_not_replay_a_real_queue()
    {
        using var folder = new TempFolder();
        Assert.Equal(
            (2, "selfheal: --replay is of a made-up queue, and --repo of a real one; leave out one of the two"),
            (SelfHeal.Run(folder.Root, "rank", "--replay", "--repo", ".") is var outcome ? outcome.ExitCode : 0, outcome.Error));
    }
}
