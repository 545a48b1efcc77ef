using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SelfHealGitOps.Bot.Audit;
using SelfHealGitOps.Bot.Store;
using SelfHealGitOps.Bot.Tests.Install;
using SelfHealGitOps.Bot.Tests.Store;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Audit;

public sealed class AuditFileTests : AuditContract, IDisposable
{
    private static readonly StillClock Clock = new(new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    private readonly TempFolder folder = new();

    internal override IAuditLog Log => new AuditFile(folder.Root, Clock);

    private string File => folder[AuditFile.FileName];

    [Theory]
    [MemberData(nameof(Tests))]
    public Task Keeps_the_contract(string test) => RunAsync(test);

    [Fact]
    public async Task What_was_moved_is_named()
    {
        await FillAsync(5);
        var lines = await LinesAsync();
        await TamperAsync([lines[0], lines[2], lines[1], lines[3], lines[4]]);
        Assert.Equal((AuditFault.Reordered, 2, "entry 2 is not in its place: 3 stands there"), (await VerifyAsync()).Problems.Select(problem => (problem.Fault, problem.Sequence, problem.Message)).First());
        Assert.All((await VerifyAsync()).Problems, problem => Assert.Equal(AuditFault.Reordered, problem.Fault));
        await TamperAsync([lines[0], lines[1], lines[1], lines[2], lines[3], lines[4]]);
        Assert.Equal((AuditFault.Reordered, 3), (await VerifyAsync()).Problems.Select(problem => (problem.Fault, problem.Sequence)).First());
    }

    [Fact]
    public async Task A_line_is_as_it_is_documented()
    {
        await Log.AppendAsync([StoreContract.Event("shop#7") with { Id = "e1" }], default);
        var zeros = new string('0', 64);
        var content = $$$"""{"sequence":1,"id":"e1","time":"2026-11-21T12:00:00.000000Z","who":"bot:selfheal","verb":"pull-request.opened","target":"shop#7","why":"latest-tag","evidence":{"a":"1","b":"2"},"outcome":"done","previous":"{{{zeros}}}"}""";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(content)));
        Assert.Equal($"{content[..^1]},\"hash\":\"{hash}\"}}\n", folder.Read(AuditFile.FileName));
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public async Task Only_its_user_can_read_it()
    {
        await FillAsync(1);
        Assert.Equal(["audit.jsonl", "audit.jsonl.lock"], folder.Names);
        Assert.All(folder.Names, name => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(folder[name])));
    }

    [Fact]
    public async Task Any_byte_that_is_another_one_is_noticed_and_named()
    {
        await FillAsync(4);
        // A gap among them: what it accounts for cannot be changed either.
        await System.IO.File.AppendAllTextAsync(File, "{\"sequence\":5,\"id");
        await FillAsync(2);
        var whole = await System.IO.File.ReadAllBytesAsync(File);
        var verdict = await VerifyAsync();
        Assert.Equal((true, 7, 1), (verdict.IsWhole, verdict.Entries, verdict.Gaps.Count));
        // Which entry each byte belongs to; what stands before the gap is the gap's.
        var owners = new List<long>();
        var sequence = 1L;
        foreach (var line in Encoding.UTF8.GetString(whole).Split('\n')[..^1])
        {
            owners.AddRange(Enumerable.Repeat(sequence, line.Length + 1));
            sequence += line.EndsWith('}') ? 1 : 0;
        }

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(2000),
            Prop.ForAll(
                Gen.Choose(0, whole.Length - 1).Zip(Gen.Choose(1, 255)).ToArbitrary(),
                change =>
                {
                    var bytes = whole.ToArray();
                    bytes[change.Item1] ^= (byte)change.Item2;
                    var found = AuditChain.VerifyAsync(Lines(bytes), null, default).GetAwaiter().GetResult();
                    return (!found.IsWhole && found.Problems[0].Sequence == owners[change.Item1])
                        .Label($"byte {change.Item1} of entry {owners[change.Item1]}: {string.Join("; ", found.Problems)}");
                }));
    }

    [Fact]
    public async Task A_file_cut_anywhere_is_gone_on_with_and_loses_nothing_in_silence()
    {
        await FillAsync(2);
        var whole = await System.IO.File.ReadAllBytesAsync(File);
        var first = Array.IndexOf(whole, (byte)'\n') + 1;
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            await System.IO.File.WriteAllBytesAsync(File, whole[..cut]);
            await Log.AppendAsync([StoreContract.Event("next")], default);
            var verdict = await VerifyAsync();
            Assert.True(verdict.IsWhole, $"cut at {cut}: {string.Join("; ", verdict.Problems)}");
            var isTorn = cut != 0 && cut != first - 1 && cut != first && cut < whole.Length - 1;
            Assert.Equal(isTorn ? 1 : 0, verdict.Gaps.Count);
            // What was there still is.
            Assert.Equal(whole[..cut], (await System.IO.File.ReadAllBytesAsync(File))[..cut]);
        }
    }

    [Fact]
    public async Task A_repair_that_was_cut_off_is_repaired()
    {
        await FillAsync(2);
        await System.IO.File.AppendAllTextAsync(File, "{\"sequence\":3,\"id\":\"to");
        var torn = await System.IO.File.ReadAllBytesAsync(File);
        await FillAsync(1);
        var repaired = await System.IO.File.ReadAllBytesAsync(File);
        for (var cut = torn.Length + 1; cut < repaired.Length; cut += 7)
        {
            await System.IO.File.WriteAllBytesAsync(File, repaired[..cut]);
            await FillAsync(1);
            var verdict = await VerifyAsync();
            Assert.True(verdict.IsWhole, $"cut at {cut}: {string.Join("; ", verdict.Problems)}");
            Assert.NotEmpty(verdict.Gaps);
        }
    }

    [Fact]
    public async Task What_was_cut_off_is_said_before_it_is_repaired()
    {
        await FillAsync(2);
        await System.IO.File.AppendAllTextAsync(File, "{\"sequence\":3");
        var problem = Assert.Single((await VerifyAsync()).Problems);
        Assert.Equal((AuditFault.Torn, 3, 3, "entry 3 is not whole: 13 bytes of it were written; the next entry will account for them"), (problem.Fault, problem.Sequence, problem.Line, problem.Message));
    }

    [Fact]
    public async Task Zeros_that_a_power_cut_left_are_a_gap()
    {
        await FillAsync(2);
        await System.IO.File.WriteAllBytesAsync(File, [.. await System.IO.File.ReadAllBytesAsync(File), .. new byte[4096]]);
        await FillAsync(1);
        var gap = Assert.Single((await VerifyAsync()).Gaps);
        Assert.Equal(("audit.gap", "4096"), (gap.Event.Verb, gap.Event.Evidence["bytes"]));
    }

    [Fact]
    public async Task A_gap_accounts_for_those_bytes_and_no_others()
    {
        await FillAsync(2);
        await System.IO.File.AppendAllTextAsync(File, "{\"sequence\":3");
        await FillAsync(1);
        var text = folder.Read(AuditFile.FileName);
        folder.Write(AuditFile.FileName, text.Replace("{\"sequence\":3\n", "{\"sequence\":3,\"id\n", StringComparison.Ordinal));
        Assert.Equal((AuditFault.Changed, 3), (await VerifyAsync()).Problems.Select(problem => (problem.Fault, problem.Sequence)).Single());
    }

    [Fact]
    public async Task A_log_of_many_megabytes_is_added_to_by_its_end()
    {
        // Some beyond the part that is read before something is added.
        await Log.AppendAsync([.. Enumerable.Range(0, 3000).Select(i => StoreContract.Event($"{i}") with { Why = new string('x', 500) })], default);
        Assert.True(new FileInfo(File).Length > 2_000_000);
        await FillAsync(1);
        Assert.Equal((true, 3001), (await VerifyAsync()) is var verdict ? (verdict.IsWhole, verdict.Entries) : default);
    }

    [Fact]
    public async Task Long_texts_are_cut_and_say_so()
    {
        await Log.AppendAsync([StoreContract.Event(new string('é', 10_000))], default);
        var target = ((AuditReading.Whole)AuditEntry.Read(Encoding.UTF8.GetBytes((await LinesAsync())[0]))).Entry.Event.Target;
        Assert.Equal($"{new string('é', 4096)}… (cut at 4096 of 10000 characters)", target);
    }

    [Fact]
    public async Task Processes_at_once_keep_one_chain()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => SelfHeal.Execute("dotnet", folder.Root, [], [.. Child.Command("audit-append", folder.Root, "40")]))));
        Assert.All(outcomes, outcome => Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error)));
        Assert.Equal(
            Enumerable.Range(1, 120),
            outcomes.SelectMany(outcome => outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).Order());
        Assert.Equal((true, 120), (await VerifyAsync()) is var verdict ? (verdict.IsWhole, verdict.Entries) : default);
    }

    [Fact]
    public async Task A_killed_writer_leaves_a_log_that_is_gone_on_with()
    {
        for (var round = 1; round <= 3; round++)
        {
            var said = await Child.KillAsync("audit-write", folder.Root, after: round * 7);
            await FillAsync(1);
            var verdict = await VerifyAsync();
            Assert.True(verdict.IsWhole, string.Join("; ", verdict.Problems));
            Assert.True(verdict.Entries > said, $"{verdict.Entries} entries, and {said} were said to be there");
        }
    }

    [Fact]
    public async Task A_log_that_is_not_there_is_said()
    {
        var exception = await Assert.ThrowsAsync<StoreException>(() => VerifyAsync());
        Assert.StartsWith($"there is no audit log {File}: ", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    internal override async Task<IStore> OpenStoreAsync() => await SqliteStore.OpenAsync(folder.Root, Clock, default);

    internal override async Task TamperAsync(IReadOnlyList<string> lines) => await System.IO.File.WriteAllTextAsync(File, string.Concat(lines.Select(line => $"{line}\n")));

#pragma warning disable CS1998 // Nothing to wait for.
    private static async IAsyncEnumerable<AuditLine> Lines(byte[] bytes)
#pragma warning restore CS1998
    {
        for (var start = 0; start < bytes.Length;)
        {
            var length = bytes.AsSpan(start).IndexOf((byte)'\n');
            yield return new(bytes.AsMemory(start, length < 0 ? bytes.Length - start : length), length >= 0);
            start = length < 0 ? bytes.Length : start + length + 1;
        }
    }
}
