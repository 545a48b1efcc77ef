using SelfHealGitOps.Cluster;
using Xunit;

namespace SelfHealGitOps.EndToEnd.Tests;

/// <summary>Certificates of the webhook's own, and the leader that arms the configurations: against an API server that calls by them.</summary>
public sealed class SelfManagedTests
{
    [ServiceFact]
    public async Task The_leader_sets_authority_and_rules_together_and_nothing_is_asked_before()
    {
        await using var installation = await SelfManagedInstallation.InstallAsync();
        var before = await Kubectl.ApplyAsync(Workloads.Privileged(installation.Shop, "before"), "--dry-run=server");
        Assert.True(before.Succeeded, before.Error);

        var starting = installation.StartAsync();
        while (true)
        {
            var entries = await installation.EntriesAsync();
            Assert.All(entries, entry => Assert.Equal(SelfManagedInstallation.IsArmed(entry), entry["clientConfig"]!["caBundle"] is not null));
            if (entries.All(SelfManagedInstallation.IsArmed))
            {
                break;
            }

            Assert.False(starting.IsFaulted, starting.Exception?.Message);
        }

        await starting;
        await installation.ArmedAsync();
        var corrected = await Kubectl.ApplyAsync(Workloads.Correctable(installation.Shop, "corrected"), "--dry-run=server");
        Assert.Contains("Warning: selfheal: corrected spec.template.spec.", corrected.Error, StringComparison.Ordinal);
    }

    [ServiceFact]
    public async Task No_request_fails_while_the_owner_has_new_keys_made()
    {
        await using var installation = await SelfManagedInstallation.InstallAsync();
        await installation.StartAsync();
        await installation.StartAsync();
        await installation.ArmedAsync();
        var old = await SelfManagedInstallation.ServedAsync(installation.Webhooks[0]);
        var failed = await Load.DuringAsync(installation.Shop, async () =>
        {
            await Kubectl.MustAsync("-n", installation.Home, "delete", "secret", "webhook-tls");

            // The new authority joins the old one everywhere, before anything of it is served.
            await Eventually.TrueAsync(
                async () => (await installation.EntriesAsync()).All(entry => SelfManagedInstallation.Bundle(entry).Count == 2),
                () => $"no new authority is announced\n{installation.Log}");
            await Eventually.TrueAsync(
                async () => (await Kubectl.RunAsync("-n", installation.Home, "get", "secret", "webhook-tls", "-o", $"jsonpath={{.metadata.annotations}}"))
                    .Output.Contains(SelfManagedInstallation.InForceAnnotation, StringComparison.Ordinal),
                () => $"the new authority does not come into force\n{installation.Log}");
            foreach (var webhook in installation.Webhooks)
            {
                Assert.Equal(old, await SelfManagedInstallation.ServedAsync(webhook));
            }

            // Nobody waits an hour here: as though it were over.
            await Kubectl.MustAsync("-n", installation.Home, "annotate", "secret", "webhook-tls", "--overwrite", SelfManagedInstallation.InForceAnnotation + "=2026-01-01T00:00:00Z");
            foreach (var webhook in installation.Webhooks)
            {
                await Eventually.TrueAsync(
                    async () => await SelfManagedInstallation.ServedAsync(webhook) != old, () => $"the new certificate is not served\n{installation.Log}");
            }
        });
        Assert.Empty(failed);
        Assert.All(await installation.EntriesAsync(), entry => Assert.Equal(2, SelfManagedInstallation.Bundle(entry).Count));
    }

    [ServiceFact]
    public async Task Another_replica_leads_when_the_leader_is_gone()
    {
        await using var installation = await SelfManagedInstallation.InstallAsync();
        await installation.StartAsync();
        await installation.StartAsync();
        await installation.ArmedAsync();
        var first = await installation.LeaderAsync();
        await installation.KillAsync(first);
        var second = await installation.LeaderAsync();
        Assert.NotSame(first, second);

        // It leads in earnest: what somebody takes out comes back.
        await Kubectl.MustAsync("patch", "validatingwebhookconfiguration", installation.Home, "--type", "json", "-p", """[{"op":"remove","path":"/webhooks/0/rules"}]""");
        await installation.ArmedAsync();
    }

    [ServiceFact]
    public async Task Admission_that_is_set_aside_comes_back_by_itself()
    {
        await using var installation = await SelfManagedInstallation.InstallAsync();
        await installation.StartAsync();
        await installation.ArmedAsync();

        await installation.BreakAsync(new(TimeProvider.System.GetUtcNow().AddSeconds(20), "somebody", "end-to-end test"));
        await Eventually.TrueAsync(
            async () => (await Kubectl.ApplyAsync(Workloads.Privileged(installation.Shop, "urgent"), "--dry-run=server")).Succeeded,
            () => $"it is refused all the same\n{installation.Log}");
        Assert.All(await installation.EntriesAsync(), entry => Assert.False(SelfManagedInstallation.IsArmed(entry)));

        await installation.ArmedAsync();
        await Eventually.TrueAsync(
            async () => (await installation.ConfigurationsAsync()).All(configuration => Breakglass.Of(configuration) is null),
            () => $"the marks stay\n{installation.Log}");
        Assert.All(await installation.EntriesAsync(), entry => Assert.True(SelfManagedInstallation.IsArmed(entry)));
    }
}
