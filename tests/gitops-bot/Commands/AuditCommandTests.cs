using SelfHealGitOps.Bot.Audit;
using SelfHealGitOps.Bot.Tests.Store;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Commands;

public sealed class AuditCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public async Task Shows_what_was_done_and_why()
    {
        await FillAsync();
        var outcome = Run("show");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(
            """
                1  2026-11-21 12:00:00Z  pull-request.opened  shop#7  done
                   bot:selfheal: latest-tag
                   a=1
                   b=2
                2  2026-11-21 12:00:00Z  pull-request.opened  bank\u001b[31m#8  done
                   bot:selfheal: latest-tag
                   a=1
                   b=2

            """,
            outcome.Output);
    }

    [Theory]
    [InlineData(2, "--since", "2026-11-21")]
    [InlineData(2, "--since", "2026-11-21T12:00Z")]
    [InlineData(0, "--since", "2026-11-21T12:00:01Z")]
    [InlineData(1, "--target", "shop")]
    [InlineData(0, "--target", "Shop")]
    [InlineData(2, "--since", "36500d")]
    public async Task Shows_what_was_asked_for(int count, params string[] args)
    {
        await FillAsync();
        var entries = Run(["show", "-o", "json", .. args]).Json["entries"]!.AsArray();
        Assert.Equal(count, entries.Count);
        Assert.All(entries, entry => Assert.Equal(64, entry!["hash"]!.ToString().Length));
    }

    [Fact]
    public async Task Says_that_it_is_whole_and_its_head()
    {
        await FillAsync();
        var outcome = Run("verify", "-o", "json");
        Assert.Equal(0, outcome.ExitCode);
        var head = outcome.Json["head"]!.ToString();
        Assert.Equal($"whole: 2 entries; head {head}\n", Run("verify", "--head", head.ToUpperInvariant()).Output);
        var other = Run("verify", "--head", new string('a', 64));
        Assert.Equal(1, other.ExitCode);
        Assert.StartsWith($"truncated: line 2: entry 3 or a later one is missing: no entry has the hash {new string('a', 64)}", other.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_what_is_broken()
    {
        await FillAsync();
        folder.Write("audit.jsonl", folder.Read("audit.jsonl").Replace("shop#7", "shop#9", StringComparison.Ordinal));
        var outcome = Run("verify");
        Assert.Equal((1, "changed: line 1: entry 1 was changed: its content is not what its hash was made of"), (outcome.ExitCode, outcome.Output.Split('\n')[0]));
        Assert.StartsWith("broken: 1 entry; head ", outcome.Output.Split('\n')[1], StringComparison.Ordinal);
        var json = Run("verify", "-o", "json").Json;
        Assert.Equal(("false", "changed", "1"), (json["whole"]!.ToString(), json["problems"]![0]!["fault"]!.ToString(), json["problems"]![0]!["sequence"]!.ToString()));
        var shown = Run("show");
        Assert.Equal((1, "selfheal: 1 line is no entry, and left out; see 'selfheal audit verify'"), (shown.ExitCode, shown.Error));
    }

    [Fact]
    public async Task Tells_of_gaps()
    {
        await FillAsync();
        await File.AppendAllTextAsync(folder["audit.jsonl"], "{\"seq");
        await FillAsync();
        var outcome = Run("verify");
        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith("gap: entry 3 accounts for 5 bytes before it: a writer was stopped before its line was whole\nwhole: 5 entries; head ", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show", "--since", "yesterday")]
    [InlineData("show", "--since", "99999999d")]
    [InlineData("verify", "--head", "abc")]
    [InlineData("verify", "-o", "yaml")]
    public void Refuses_what_it_does_not_understand(params string[] args) => Assert.Equal(2, Run(args).ExitCode);

    [Fact]
    public void Says_that_there_is_no_log()
    {
        var outcome = Run("verify");
        Assert.Equal((3, $"selfheal: there is no audit log {folder["audit.jsonl"]}: nothing was recorded there yet, or --state names another folder"), (outcome.ExitCode, outcome.Error));
        Assert.Empty(folder.Names);
    }

    public void Dispose() => folder.Dispose();

    private Outcome Run(params string[] args) => SelfHeal.Run(folder.Root, ["audit", .. args, "--state", folder.Root]);

    private Task<IReadOnlyList<AuditEntry>> FillAsync() => new AuditFile(folder.Root, TimeProvider.System).AppendAsync([StoreContract.Event("shop#7"), StoreContract.Event("bank\u001b[31m#8")], default);
}
