using System.CommandLine;
using SelfHealGitOps.Bot.Api;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal run</c>: the daemon. Pass after pass, until it is told to stop.</summary>
internal static class RunCommand
{
    private const string StandardLease = "selfheal-bot";

    private static readonly Option<string?> Lease = new("--lease")
    {
        Description = $"Work only while holding this Lease, so that of several replicas one works. In a cluster: {StandardLease} in the pod's own namespace, unless it says none.",
        HelpName = "NAMESPACE/NAME|none",
    };

    public static Command Create()
    {
        var command = new Command("run", "Make a pass over every repository, and again after each interval or whenever a forge says that something has happened.") { Lease };
        HealOptions.AddTo(command);
        ClusterOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var bot = await HealingBot.OpenAsync(HealOptions.Load(parsed), TimeProvider.System, cancellationToken);
        var daemon = new Daemon(bot, report => new PassTable(Console.Out, Ansi.ForOutput()).Write(report, isDryRun: false));
        await using var server = bot.Configuration.Listen is { } listen ? new HookServer(bot.Configuration, listen, daemon.Hint, bot.SeeDeliveryAsync) : null;
        if (server is not null)
        {
            await server.StartAsync(cancellationToken);
            Console.Error.WriteLine($"selfheal: listening for deliveries of forges at {server.Address}/hooks/");
        }

        try
        {
            await LeadAsync(parsed, daemon, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop. Whatever was under way is taken up by the next one.
        }

        return ExitCode.Clean;
    }

    /// <summary>Deliveries of forges are taken by every replica; passes are made by the one that leads.</summary>
    private static async Task LeadAsync(ParseResult parsed, Daemon daemon, CancellationToken cancellationToken)
    {
        var named = parsed.GetValue(Lease);
        if (named == "none" || (named is null && !InCluster.IsHere))
        {
            await daemon.RunAsync(cancellationToken);
            return;
        }

        using var cluster = ClusterOptions.Connect(parsed);
        var (@namespace, name) = named?.Split('/') switch
        {
            null => (cluster.DefaultNamespace, StandardLease),
            [{ Length: > 0 } place, { Length: > 0 } own] => (place, own),
            _ => throw new UsageException($"--lease {named}: use NAMESPACE/NAME, or none"),
        };
        var identity = $"{Environment.MachineName}-{Guid.NewGuid():N}";
        Console.Error.WriteLine($"selfheal: waiting for the lease {Printable.Of(@namespace)}/{Printable.Of(name)} as {Printable.Of(identity)}");
        await new LeaderLease(cluster.Api, @namespace, name, identity, LeaseTimings.Default, TimeProvider.System).RunAsync(
            async leading =>
            {
                Console.Error.WriteLine("selfheal: leading");
                await daemon.RunAsync(leading);
            },
            cancellationToken);
    }
}
