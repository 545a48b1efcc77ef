using System.CommandLine;
using System.Globalization;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.PolicyTests;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal policy test</c>: people's own fixtures, against their policy.</summary>
internal static class PolicyTestCommand
{
    public static Command Create()
    {
        var command = new Command("test", "Run a policy over fixtures: folders with good.yaml and bad.yaml.");
        var paths = new Argument<string[]>("PATH") { Description = "Folders with fixtures; the current folder when none is given.", Arity = ArgumentArity.ZeroOrMore };
        var update = new Option<bool>("--update") { Description = "Write findings.txt and fixed.yaml as they come out." };
        var filter = new Option<string?>("--filter") { Description = "Only cases whose name contains the text.", HelpName = "TEXT" };
        var now = new Option<string?>("--now") { Description = "The instant that exemptions are judged by: a date, or an RFC 3339 time. Now, unless given.", HelpName = "INSTANT" };
        var output = new Option<string>("--output", "-o") { Description = "How to report.", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong(PolicyTestReport.Formats);
        var policy = new PolicyOptions();
        command.Add(paths);
        foreach (var option in new Option[] { update, filter, now, output })
        {
            command.Add(option);
        }

        policy.AddTo(command);
        command.SetAction(parsed => Run(
            parsed.GetValue(paths) is { Length: > 0 } given ? given : ["."],
            given => policy.Load(parsed, given),
            parsed.GetValue(filter) ?? "",
            parsed.GetValue(update),
            Instant(parsed.GetValue(now)),
            parsed.GetValue(output)!));
        return command;
    }

    private static int Run(
        string[] paths, Func<IReadOnlyList<string>, RepositoryPolicy> load, string filter, bool updates, DateTimeOffset? now, string format)
    {
        if (paths.FirstOrDefault(path => !Directory.Exists(path)) is { } missing)
        {
            throw new UsageException($"{missing}: there is no such folder");
        }

        var configuration = load(paths).Configuration;
        var whole = configuration.SetOf(configuration.Profile);
        var runner = new PolicyCaseRunner(
            id => id is null ? whole : new RuleSet([configuration.Find(id)!]), configuration.Settings, updates, now);
        var results = paths
            .SelectMany(path => PolicyCase.Find(RealPath.Of(path), id => configuration.Find(id) is not null))
            .Where(each => each.Name.Contains(filter, StringComparison.Ordinal))
            .Select(runner.Run)
            .ToList();
        if (results.Count == 0)
        {
            throw new UsageException($"no fixtures{(filter.Length > 0 ? $" with '{filter}' in their name" : "")}: a case is a folder with {PolicyCase.Good} or {PolicyCase.Bad}");
        }

        Report(results, format);
        return results.TrueForAll(result => result.HasPassed) ? ExitCode.Clean : ExitCode.Findings;
    }

    private static DateTimeOffset? Instant(string? text) => text is null ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)
        : Expiry.TryParse(text, out var instant) ? instant.Until
        : throw new UsageException($"--now {text}: must be {Expiry.Shape}");

    private static void Report(List<PolicyCaseResult> results, string format)
    {
        if (format == "table")
        {
            PolicyTestReport.WriteTable(Console.Out, Terminal.Output(), results);
            return;
        }

        using var stream = Console.OpenStandardOutput();
        if (format == "json")
        {
            PolicyTestReport.WriteJson(stream, results);
        }
        else
        {
            PolicyTestReport.WriteJUnit(stream, results);
        }
    }
}
