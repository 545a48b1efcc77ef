using System.Globalization;
using SelfHealGitOps.Bot.Schedule;

namespace SelfHealGitOps.Bot.Report;

/// <summary>A pass for people: what was done, what waits and why, what nobody can mend, where to look.</summary>
internal sealed class PassTable(TextWriter output, Ansi ansi)
{
    public void Write(PassReport report, bool isDryRun)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{ansi.Bold(Printable.Of(report.Repository))}{(report.Commit is null ? "" : $"  {report.Base} at {report.Commit[..12]}: {Count(report.Files, "file")}, {Count(report.Documents, "manifest")}, {Count(report.Findings, "finding")}")}"));
        if (report.Failure is { } failure)
        {
            output.WriteLine($"  {ansi.Red("failed")}  {Printable.Of(failure)}");
        }

        foreach (var done in report.Events)
        {
            var why = done.Why is null ? "" : ansi.Dim($"  {Printable.Of(done.Why)}");
            output.WriteLine($"  {Paint(done.Act),-10}  {Printable.Of(done.What)}{why}");
            if (done.Where is not null && done.Act is not PassAct.Unchanged)
            {
                output.WriteLine($"              {Printable.Of(done.Where)}");
            }
        }

        foreach (var item in report.Queue.Where(item => isDryRun || !item.IsAdmitted))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {(item.IsAdmitted ? ansi.Green("would open") : ansi.Yellow("waits     "))}  {Printable.Of(report.Titles.GetValueOrDefault(item.Item.Id) ?? item.Item.Target)}{ansi.Dim($"  {Tiers.Word(item.Item.Tier)} {item.Item.Score}{(item.HeldBy is null ? "" : $": {item.HeldBy}")}")}"));
        }

        if (report.Later > 0)
        {
            output.WriteLine($"  later       {Count(report.Later, "finding")}: together with another change of the same file they would weigh more, and come when that is merged");
        }

        if (report.Refused.Count > 0)
        {
            var codes = report.Refused.SelectMany(file => file.Findings).CountBy(each => each.Refusal.Code)
                .OrderByDescending(pair => pair.Value).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value} {Words.Of(pair.Key)}"));
            output.WriteLine($"  not mended  {Count(report.Refused.Sum(file => file.Findings.Count), "finding")} of {Count(report.Refused.Count, "file")}: {string.Join(", ", codes)}");
        }

        if (report.Look is { } look)
        {
            output.WriteLine($"  look        {Printable.Of(look)}");
        }

        foreach (var problem in report.Problems)
        {
            output.WriteLine($"  {ansi.Red("problem")}     {Printable.Of(problem)}");
        }
    }

    private string Paint(PassAct act)
    {
        var word = WordOf(act).PadRight(10);
        return act switch
        {
            PassAct.Opened or PassAct.Updated or PassAct.Merged => ansi.Green(word),
            PassAct.Failed => ansi.Red(word),
            PassAct.HandsOff or PassAct.Held => ansi.Yellow(word),
            _ => ansi.Dim(word),
        };
    }

    public static string WordOf(PassAct act) => act == PassAct.HandsOff ? "hands off" : act.ToString().ToLowerInvariant();

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
