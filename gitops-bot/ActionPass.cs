using SelfHealGitOps.Bot.Actions;
using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Verify;

namespace SelfHealGitOps.Bot;

/// <summary>Proposes one action that a person has named, and does nothing else of a pass.</summary>
internal sealed class ActionPass(HealingTools tools, HealingSettings settings)
{
    public async Task<PassReport> RunAsync(Proposal.Act act, CancellationToken cancellationToken)
    {
        using var clone = await tools.Clones.Open(settings.Remote, settings.Credential, cancellationToken);
        return await PassLease.UnderAsync(
            tools,
            settings,
            async (leased, ledger) =>
            {
                var scan = await BaseScan.RunAsync(clone, settings.Scan, tools.Read, tools.Clock.GetUtcNow(), cancellationToken);
                var forge = await ForgeView.ReadAsync(settings.Forge, cancellationToken);
                await ledger.ReconcileAsync(forge, cancellationToken);
                return new(settings.Repository) { Events = [await ProposeAsync(DeliveryOf(tools, leased, scan, ledger), act, tools.Clock, settings.Cluster, forge, cancellationToken)] };
            },
            cancellationToken);
    }

    public static ActionDelivery DeliveryOf(HealingTools tools, HealingSettings settings, BaseScan scan, Ledger ledger) => new(
        settings.Forge,
        tools.Store,
        ledger,
        new()
        {
            Repository = settings.Repository,
            Cluster = settings.Cluster,
            OwnersOf = action => settings.OwnersOf(scan, FileOf(scan, action) ?? ""),
            FileOf = action => FileOf(scan, action),
            Runs = settings.RunsActions,
            Namespaces = settings.Namespaces,
            Freezes = settings.Budget.Freezes,
        },
        tools.Clock);

    /// <summary>Verifies an action, and delivers what came of that.</summary>
    public static async Task<PassEvent> ProposeAsync(
        ActionDelivery delivery, Proposal.Act act, TimeProvider clock, ClusterTarget? cluster, ForgeView forge, CancellationToken cancellationToken) =>
        await new ActionVerifier(clock).VerifyAsync(act, cluster, cancellationToken) switch
        {
            Verification.Accepted(var verified) => await delivery.EnsureAsync(verified, forge.OpenIssues, forge.ClosedIssues, cancellationToken),
            Verification.Refused refused => await delivery.EnsureAsync(act.Action, refused.Refusal, forge.OpenIssues, cancellationToken),
            _ => throw new InvalidOperationException("an action is accepted or refused"),
        };

    /// <summary>Where Git has the object; null where it has none, whose owners are those of patterns for everything.</summary>
    private static string? FileOf(BaseScan scan, ClusterAction action) =>
        scan.Set.Named(action.Target.Type.Kind, action.Target.Namespace ?? "", action.Target.Name).FirstOrDefault()?.File;
}
