using System.CommandLine;
using System.Globalization;
using SelfHealGitOps.Bot.Install;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal breakglass</c>: set admission aside for a time, audited, and re-armed by itself.</summary>
internal static class BreakglassCommand
{
    private static readonly Option<TimeSpan?> Ttl = new("--ttl")
    {
        Description = $"For how long: 30m, 2h; at most {Breakglass.Longest.TotalHours.ToString(CultureInfo.InvariantCulture)}h.",
        HelpName = "DURATION",
        CustomParser = Duration,
    };

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; it goes into the configurations and an Event.", HelpName = "TEXT" };

    private static readonly Option<bool> End = new("--end") { Description = "End it now: the webhook's leader puts the rules back." };

    public static Command Create()
    {
        var command = new Command("breakglass", "Set admission aside for a time: the API server asks the webhook about nothing until then.") { Ttl, Reason, End };
        ClusterOptions.AddTo(command);
        command.Validators.Add(result =>
        {
            var ends = result.GetValue(End);
            if (ends && (result.GetResult(Ttl) is not null || result.GetResult(Reason) is not null))
            {
                result.AddError("--end goes without --ttl and --reason");
            }
            else if (!ends && (result.GetResult(Ttl) is null || string.IsNullOrWhiteSpace(result.GetValue(Reason))))
            {
                result.AddError("give --ttl and --reason, or --end");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = ClusterOptions.Connect(parsed);
            return await RunAsync(
                cluster.Api,
                parsed.GetValue(End) ? null : (parsed.GetValue(Ttl)!.Value, parsed.GetValue(Reason)!.Trim()),
                TimeProvider.System,
                Console.Out,
                Console.Error,
                cancellationToken);
        });
        return command;
    }

    /// <param name="open">For how long and why; null to end it.</param>
    internal static async Task<int> RunAsync(
        ICluster cluster, (TimeSpan Ttl, string Reason)? open, TimeProvider clock, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        switch (await InstalledWebhooks.FindAsync(cluster, cancellationToken))
        {
            case InstalledWebhooks.Known { Configurations.Count: > 0 } known:
                return await SwitchAsync(cluster, known.Configurations, open, clock, output, error, cancellationToken);
            case InstalledWebhooks.Unknown(var problem):
                await error.WriteLineAsync($"selfheal: {Printable.Of(problem)}");
                return ExitCode.CouldNotDecide;
            default:
                await error.WriteLineAsync($"selfheal: no webhook configuration of this cluster has an entry *{Breakglass.EntrySuffix}: there is nothing to set aside");
                return ExitCode.CouldNotDecide;
        }
    }

    private static async Task<int> SwitchAsync(
        ICluster cluster,
        IReadOnlyList<InstalledConfiguration> configurations,
        (TimeSpan Ttl, string Reason)? open,
        TimeProvider clock,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellationToken)
    {
        var work = new BreakglassSwitch(cluster);
        var now = clock.GetUtcNow();
        var by = await work.WhoAmIAsync(cancellationToken) ?? "unknown";
        var breakglass = open is var (ttl, reason) ? new Breakglass(now + ttl, by, reason) : null;
        var steps = breakglass is null
            ? await work.EndAsync(configurations, cancellationToken)
            : await work.OpenAsync(configurations, breakglass, cancellationToken);
        var hasFailed = false;
        foreach (var (configuration, problem, isChanged, owner) in steps)
        {
            if (problem is not null)
            {
                hasFailed = true;
                await error.WriteLineAsync($"selfheal: {Printable.Of($"{configuration} is as it was: {problem}")}");
                continue;
            }

            if (!isChanged)
            {
                await output.WriteLineAsync(Printable.Of($"{configuration}: was not set aside; nothing is to be ended"));
                continue;
            }

            var until = breakglass?.Until.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            await output.WriteLineAsync(breakglass is null
                ? Printable.Of($"{configuration}: ended; the webhook's leader puts its rules back")
                : Printable.Of($"{configuration}: asks nobody until {until}; then the webhook's leader puts its rules back"));
            if (owner is not null)
            {
                await error.WriteLineAsync(breakglass is null
                    ? Printable.Of($"selfheal: {owner.Name} owns it; if you paused it: {owner.HowToResume}")
                    : Printable.Of($"selfheal: {owner.Name} owns it and may put its rules back at its next sync; pause it now: {owner.HowToPause}"));
            }

            var message = breakglass is null
                ? $"{by} ended the time for which admission was set aside"
                : $"{by} set admission aside until {until}: {breakglass.Reason}";
            if (await work.RecordAsync(configuration, breakglass is null ? "BreakglassEnded" : "Breakglass", message, now, cancellationToken) is { } unrecorded)
            {
                await error.WriteLineAsync($"selfheal: {Printable.Of($"no Event could be written of it ({unrecorded}); the annotations of {configuration} say it")}");
            }
        }

        return hasFailed ? ExitCode.CouldNotDecide : ExitCode.Clean;
    }

    private static TimeSpan? Duration(System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        if (unit > 0 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            && count <= Breakglass.Longest.TotalSeconds / unit)
        {
            return TimeSpan.FromSeconds((double)count * unit);
        }

        result.AddError($"'{text}' is no time that can be granted; must be such as 30m or 2h, and at most {Breakglass.Longest.TotalHours.ToString(CultureInfo.InvariantCulture)}h");
        return null;
    }
}
