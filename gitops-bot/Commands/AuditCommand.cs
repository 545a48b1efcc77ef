using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SelfHealGitOps.Bot.Audit;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Bot.Store;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal audit</c>: what was done and why, and whether the log of it is whole. One method for each verb.</summary>
internal static class AuditCommand
{
    private static readonly Option<string?> State = new("--state")
    {
        Description = $"The state folder; else the database that {StateLocation.Variable} names, or the user's state folder.",
        HelpName = "DIR",
    };

    private static readonly Option<string> Output = new("--output", "-o") { Description = "table or json.", HelpName = "FORMAT", DefaultValueFactory = _ => "table" };

    static AuditCommand() => Output.AcceptOnlyFromAmong("table", "json");

    public static Command Create() => new("audit", "Show what the bot did and why, or check that its log is whole.")
    {
        Show(),
        Verify(),
    };

    private static Command Show()
    {
        var since = new Option<DateTimeOffset?>("--since")
        {
            Description = "From then on: a time such as 2026-11-21 or 2026-11-21T14:00Z, or how long ago: 30m, 12h, 7d.",
            HelpName = "TIME",
            CustomParser = result => Time(result, TimeProvider.System.GetUtcNow()),
        };
        var target = new Option<string?>("--target") { Description = "Only where the target contains this.", HelpName = "TEXT" };
        var command = new Command("show", "Print the entries of the audit log.") { State, since, target, Output };
        command.SetAction((parsed, cancellationToken) => ShowAsync(
            StateLocation.Of(parsed.GetValue(State)).ReadAuditAsync(cancellationToken),
            new AuditSelection(parsed.GetValue(since), parsed.GetValue(target)),
            parsed.GetValue(Output) == "json",
            Console.Out,
            Console.Error,
            cancellationToken));
        return command;
    }

    private static Command Verify()
    {
        var head = new Option<string?>("--head")
        {
            Description = "A hash that verify has printed before, and that was kept elsewhere: says whether the log still leads there.",
            HelpName = "HASH",
            CustomParser = Hash,
        };
        var command = new Command("verify", "Check every entry of the audit log against its hash and the one before.") { State, head, Output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var lines = StateLocation.Of(parsed.GetValue(State)).ReadAuditAsync(cancellationToken);
            var verdict = await AuditChain.VerifyAsync(lines, parsed.GetValue(head), cancellationToken);
            if (parsed.GetValue(Output) == "json")
            {
                AuditReport.WriteJson(verdict, Console.Out);
            }
            else
            {
                AuditReport.WriteTable(verdict, Console.Out, Ansi.ForOutput());
            }

            return verdict.IsWhole ? ExitCode.Clean : ExitCode.Findings;
        });
        return command;
    }

    private static async Task<int> ShowAsync(
        IAsyncEnumerable<AuditLine> lines, AuditSelection selection, bool asJson, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var entries = new List<AuditEntry>();
        var unreadable = 0;
        await foreach (var line in lines.WithCancellation(cancellationToken))
        {
            if (AuditEntry.Read(line.Bytes.Span) is not AuditReading.Whole(var entry))
            {
                unreadable++;
            }
            else if (selection.Takes(entry))
            {
                entries.Add(entry);
            }
        }

        if (asJson)
        {
            AuditReport.WriteJson(entries, output);
        }
        else
        {
            AuditReport.WriteTable(entries, output, Ansi.ForOutput());
        }

        if (unreadable == 0)
        {
            return ExitCode.Clean;
        }

        await error.WriteLineAsync($"selfheal: {unreadable} {(unreadable == 1 ? "line is" : "lines are")} no entry, and left out; see 'selfheal audit verify'");
        return ExitCode.Findings;
    }

    private static DateTimeOffset? Time(ArgumentResult result, DateTimeOffset now)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var unit = text.Length == 0 ? 0 : text[^1] switch { 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        if (unit > 0 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 36_500 * 86400L / unit)
        {
            return now - TimeSpan.FromSeconds((double)count * unit);
        }

        if (DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:sszzz"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time))
        {
            return time;
        }

        result.AddError($"'{text}' is no time; must be such as 2026-11-21, 2026-11-21T14:00Z, 30m, 12h or 7d");
        return null;
    }

    private static string? Hash(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value.ToLowerInvariant() : "";
        if (text.Length == 64 && text.All(char.IsAsciiHexDigit))
        {
            return text;
        }

        result.AddError($"'{text}' is no hash; must be 64 hexadecimal digits, as 'selfheal audit verify' prints them");
        return null;
    }
}
