using System.Text;
using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Tests.Schedule;
using SelfHealGitOps.Bot.Tests.Surviving;
using SelfHealGitOps.Bot.Tests.Verify;
using SelfHealGitOps.Bot.Verify;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Deliver;

public sealed class ChangeTextTests
{
    /// <summary>A forge refuses a longer page for good, and nobody would ever see the change.</summary>
    [Fact]
    public async Task A_page_with_its_note_is_never_longer_than_a_forge_takes()
    {
        var text = string.Join("---\n", Enumerable.Range(0, 60).Select(i => HealingStage.Pod("shop", $"{new string('x', 200)}-{i}")));
        var around = Proposals.Around(text, Proposals.AllRules);
        var edits = Proposals.Mended(Encoding.UTF8.GetBytes(text), around)!;
        var verified = Assert.IsType<Verification.Accepted>(await Proposals.VerifyAsync(edits, around)).Proposal;
        var ids = Enumerable.Range(0, 1000).Select(i => new FindingId($"{i:x12}", $"{i:x8}")).ToList();
        var change = new ScheduledChange(
            new(edits.Target, "@ann", Tier.Human), verified, Changes.Lightest, BlastRadius.Of(Changes.Lightest), ids, ids, [.. ids.Take(500).Select(id => (id.Content, id.Content))], Proposals.Now);
        var note = new DeliveryNote { Head = new('a', 40), Base = new('b', 40), Before = new('c', 64), Policy = new('d', 64), Rendered = new('e', 64), Findings = ids, LeftOut = ids, Moves = change.Moves };
        var body = change.Key.Fingerprint.Append(new ChangeText(change, "", null, []).Body(note));
        Assert.InRange(body.Length, 1, Rendered.MostBody);
        Assert.Equal(ids, DeliveryNote.Find(body)!.Findings);
    }
}
