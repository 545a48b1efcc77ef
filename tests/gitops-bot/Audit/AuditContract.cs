using System.Text;
using SelfHealGitOps.Bot.Audit;
using SelfHealGitOps.Bot.Store;
using SelfHealGitOps.Bot.Tests.Store;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Audit;

/// <summary>What everybody may rely on, of a log in a file and of one in a database. Run as <see cref="StoreContract"/> is.</summary>
public abstract class AuditContract
{
    public static TheoryData<string> Tests => [.. typeof(AuditContract).GetMethods()
        .Where(method => method.ReturnType == typeof(Task) && method.GetParameters().Length == 0).Select(method => method.Name)];

    protected Task RunAsync(string test) => (Task)typeof(AuditContract).GetMethod(test)!.Invoke(this, null)!;

    internal abstract IAuditLog Log { get; }

    internal abstract Task<IStore> OpenStoreAsync();

    /// <summary>Puts other lines in the place of all that are there.</summary>
    internal abstract Task TamperAsync(IReadOnlyList<string> lines);

    public async Task Each_entry_follows_the_one_before()
    {
        Assert.Empty(await Log.AppendAsync([], default));
        var first = Assert.Single(await Log.AppendAsync([StoreContract.Event("one")], default));
        Assert.Equal((1, new string('0', 64)), (first.Sequence, first.Previous));
        var next = await Log.AppendAsync([StoreContract.Event("two"), StoreContract.Event("three")], default);
        Assert.Equal([(2, first.Hash), (3, next[0].Hash)], next.Select(entry => (entry.Sequence, entry.Previous)));
        var verdict = await VerifyAsync();
        Assert.Equal((true, 3, next[1].Hash), (verdict.IsWhole, verdict.Entries, verdict.Head));
    }

    public async Task An_entry_says_what_was_said()
    {
        var said = new AuditEvent
        {
            Time = new DateTimeOffset(2026, 11, 21, 14, 0, 0, TimeSpan.FromHours(2)).AddTicks(12_345_670),
            Who = Actor.Human("ålice\u202e"),
            Verb = "pull-request.closed",
            Target = "shop#7\r\n{\"sequence\":1}",
            Why = "\"no\" \\ \u001b[31m \u0000 \U0001f600 \ud800",
            Evidence = new Dictionary<string, string> { ["z"] = "", ["a\n"] = "<b>", ["é"] = "'" },
            Outcome = "done\u2028",
        };
        await Log.AppendAsync([said], default);
        var line = Assert.Single(await LinesAsync());
        Assert.All(line, c => Assert.InRange(c, ' ', '~'));
        var read = Assert.IsType<AuditReading.Whole>(AuditEntry.Read(Encoding.UTF8.GetBytes(line))).Entry.Event;
        Assert.Equal((said.Id, said.Time.ToUniversalTime(), said.Who, said.Verb, said.Target, said.Outcome), (read.Id, read.Time, read.Who, read.Verb, read.Target, read.Outcome));
        Assert.Equal(said.Why.Replace('\ud800', '\ufffd'), read.Why);
        Assert.Equal(said.Evidence.OrderBy(pair => pair.Key, StringComparer.Ordinal), read.Evidence.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(TimeSpan.Zero, read.Time.Offset);
    }

    public async Task An_event_goes_in_once()
    {
        var (one, two) = (StoreContract.Event("one"), StoreContract.Event("two"));
        await Log.AppendAsync([one], default);
        Assert.Equal("two", Assert.Single(await Log.AppendAsync([one, two, two], default)).Event.Target);
        Assert.Empty(await Log.AppendAsync([two], default));
        Assert.Equal(2, (await VerifyAsync()).Entries);
    }

    public async Task Many_at_once_keep_one_chain()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(async () =>
        {
            for (var j = 0; j < 10; j++)
            {
                await Log.AppendAsync([StoreContract.Event($"{i}.{j}"), StoreContract.Event($"{i}.{j}+")], default);
            }
        })));
        var verdict = await VerifyAsync();
        Assert.Equal((true, 120), (verdict.IsWhole, verdict.Entries));
    }

    public async Task What_was_saved_for_it_comes_once_and_in_order()
    {
        await using var store = await OpenStoreAsync();
        AuditEvent[] events = [.. Enumerable.Range(0, 230).Select(i => StoreContract.Event($"{i}"))];
        await store.SaveAsync([.. events.Select(@event => new StoreWrite.Audited(@event))], null, default);
        // As if a relay had been killed between log and store, and another one were at it at the same time.
        await Log.AppendAsync(events[..7], default);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => new AuditRelay(store, Log).FlushAsync(default))));
        Assert.Empty(await store.PendingEventsAsync(1, default));
        Assert.Equal(events.Select(@event => @event.Id), (await LinesAsync()).Select(line => ((AuditReading.Whole)AuditEntry.Read(Encoding.UTF8.GetBytes(line))).Entry.Event.Id));
        Assert.True((await VerifyAsync()).IsWhole);
    }

    public async Task What_was_changed_is_named()
    {
        await FillAsync(5);
        var lines = await LinesAsync();
        await TamperAsync([lines[0], lines[1], lines[2].Replace("\"outcome\":\"done\"", "\"outcome\":\"nope\"", StringComparison.Ordinal), lines[3], lines[4]]);
        var problem = Assert.Single((await VerifyAsync()).Problems);
        Assert.Equal((AuditFault.Changed, 3), (problem.Fault, problem.Sequence));
        Assert.Equal("entry 3 was changed: its content is not what its hash was made of", problem.Message);
    }

    public async Task What_was_changed_with_its_hash_is_named()
    {
        await FillAsync(5);
        var lines = await LinesAsync();
        var forged = AuditEntry.After(((AuditReading.Whole)AuditEntry.Read(Encoding.UTF8.GetBytes(lines[1]))).Entry, StoreContract.Event("forged")).Line;
        await TamperAsync([lines[0], lines[1], forged, lines[3], lines[4]]);
        var problem = Assert.Single((await VerifyAsync()).Problems);
        Assert.Equal((AuditFault.Changed, 4), (problem.Fault, problem.Sequence));
        Assert.EndsWith("was changed, or the one before it was: it does not follow that one's hash", problem.Message, StringComparison.Ordinal);
    }

    public async Task What_is_missing_is_named()
    {
        await FillAsync(6);
        var lines = await LinesAsync();
        await TamperAsync([lines[0], lines[3], lines[5]]);
        Assert.Equal(
            [(AuditFault.Missing, 2, "entry 2 and those up to 3 are missing: 4 follows in its place"), (AuditFault.Missing, 5, "entry 5 is missing: 6 follows in its place")],
            (await VerifyAsync()).Problems.Select(problem => (problem.Fault, problem.Sequence, problem.Message)));
        await TamperAsync(lines[1..]);
        Assert.Equal((AuditFault.Missing, 1), (await VerifyAsync()).Problems.Select(problem => (problem.Fault, problem.Sequence)).Single());
    }

    public async Task A_cut_end_shows_by_a_head_that_is_known()
    {
        await FillAsync(4);
        var (lines, head) = (await LinesAsync(), (await VerifyAsync()).Head!);
        await TamperAsync(lines[..3]);
        Assert.True((await VerifyAsync()).IsWhole);
        var problem = Assert.Single((await VerifyAsync(head)).Problems);
        Assert.Equal((AuditFault.Truncated, 4), (problem.Fault, problem.Sequence));
        // A head of earlier days is not the last entry any more.
        var early = ((AuditReading.Whole)AuditEntry.Read(Encoding.UTF8.GetBytes(lines[0]))).Entry.Hash;
        Assert.True((await VerifyAsync(early)).IsWhole);
        await TamperAsync([]);
        Assert.Equal(AuditFault.Truncated, Assert.Single((await VerifyAsync(head)).Problems).Fault);
    }

    public async Task Nothing_is_built_upon_an_end_that_was_changed()
    {
        await FillAsync(3);
        var lines = await LinesAsync();
        await TamperAsync([lines[0], lines[1], lines[2].Replace("done", "nope", StringComparison.Ordinal)]);
        var exception = await Assert.ThrowsAsync<StoreException>(() => Log.AppendAsync([StoreContract.Event("next")], default));
        Assert.Contains("selfheal audit verify", exception.Message, StringComparison.Ordinal);
        Assert.Equal(3, (await LinesAsync()).Count);
    }

    protected async Task FillAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Log.AppendAsync([StoreContract.Event($"{i}")], default);
        }
    }

    internal Task<AuditVerdict> VerifyAsync(string? head = null) => AuditChain.VerifyAsync(Log.LinesAsync(default), head, default);

    protected async Task<List<string>> LinesAsync()
    {
        var lines = new List<string>();
        await foreach (var line in Log.LinesAsync(default))
        {
            lines.Add(Encoding.UTF8.GetString(line.Bytes.Span));
        }

        return lines;
    }
}
