using Xunit;

namespace SelfHealGitOps.EndToEnd.Tests;

/// <summary>What somebody with kubectl sees, and what the cluster does when the webhook is gone.</summary>
public sealed class AdmissionTests(Installation installation) : IClassFixture<Installation>
{
    private string Namespace => installation.Namespace;

    [ClusterFact]
    public async Task A_bad_deployment_is_refused_with_the_message()
    {
        var result = await Kubectl.ApplyAsync(Workloads.Privileged(Namespace, "bad"));
        Assert.False(result.Succeeded);
        Assert.Contains($"selfheal: Deployment {Namespace}/bad denied by 2 rules: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("pss-privileged /spec/template/spec/containers/0/securityContext/privileged", result.Error, StringComparison.Ordinal);
        Assert.False((await Kubectl.RunAsync("-n", Namespace, "get", "deployment", "bad")).Succeeded);
    }

    [ClusterFact]
    public async Task A_correctable_deployment_is_admitted_corrected()
    {
        var result = await Kubectl.ApplyAsync(Workloads.Correctable(Namespace, "correctable"));
        Assert.True(result.Succeeded, result.Error);
        Assert.Contains("Warning: selfheal: corrected spec.template.spec.", result.Error, StringComparison.Ordinal);
        Assert.Equal("true", await Kubectl.MustAsync(
            "-n", Namespace, "get", "deployment", "correctable", "-o", "jsonpath={.spec.template.spec.securityContext.runAsNonRoot}"));
        Assert.Contains("pss-run-as-non-root", await Kubectl.MustAsync(
            "-n", Namespace, "get", "deployment", "correctable", "-o", @"jsonpath={.metadata.annotations.selfheal\.io/mutated}"), StringComparison.Ordinal);

        var generation = await GenerationAsync("correctable");
        Assert.True((await Kubectl.ApplyAsync(Workloads.Correctable(Namespace, "correctable"))).Succeeded);
        Assert.Equal(generation, await GenerationAsync("correctable"));
    }

    [ClusterFact]
    public async Task A_dry_run_causes_nothing()
    {
        Assert.True((await Kubectl.ApplyAsync(Workloads.Correctable(Namespace, "dry"), "--dry-run=server")).Succeeded);
        Assert.False((await Kubectl.ApplyAsync(Workloads.Privileged(Namespace, "dry"), "--dry-run=server")).Succeeded);
        Assert.False((await Kubectl.RunAsync("-n", Namespace, "get", "deployment", "dry")).Succeeded);
    }

    [ClusterFact]
    public async Task Whatever_way_it_is_changed_it_is_judged()
    {
        Assert.True((await Kubectl.ApplyAsync(Workloads.Compliant(Namespace, "patched"))).Succeeded);
        foreach (var (type, patch) in new[]
        {
            ("json", """[{"op":"add","path":"/spec/template/spec/hostPID","value":true}]"""),
            ("merge", """{"spec":{"template":{"spec":{"hostPID":true}}}}"""),
            ("strategic", """{"spec":{"template":{"spec":{"hostPID":true}}}}"""),
        })
        {
            var result = await Kubectl.RunAsync("-n", Namespace, "patch", "deployment", "patched", "--type", type, "-p", patch);
            Assert.False(result.Succeeded, type);
            Assert.Contains("pss-host-namespaces", result.Error, StringComparison.Ordinal);
        }

        Assert.False((await Kubectl.ApplyAsync(Workloads.Privileged(Namespace, "patched"), "--server-side", "--force-conflicts")).Succeeded);
        Assert.True((await Kubectl.RunAsync("-n", Namespace, "scale", "deployment", "patched", "--replicas=0")).Succeeded);
        Assert.True((await Kubectl.RunAsync("-n", Namespace, "annotate", "deployment", "patched", "team=shop")).Succeeded);
    }

    [ClusterFact]
    public async Task What_was_wrong_before_warns_and_a_finalizer_comes_off()
    {
        await installation.KillAsync();
        try
        {
            await Kubectl.MustAsync("delete", "validatingwebhookconfiguration,mutatingwebhookconfiguration", Namespace);
            await Eventually.TrueAsync(
                async () => (await Kubectl.ApplyAsync(Workloads.Privileged(Namespace, "old").Replace("metadata: {name", "metadata: {finalizers: [example.com/guard], name", StringComparison.Ordinal))).Succeeded,
                () => "a Deployment cannot be made without the webhook");
        }
        finally
        {
            await installation.RestartAsync();
        }

        await Eventually.TrueAsync(
            async () => (await Kubectl.RunAsync("-n", Namespace, "patch", "deployment", "old", "--type", "merge", "-p", """{"spec":{"minReadySeconds":1}}""", "--dry-run=server"))
                is { Succeeded: true } result && result.Error.Contains("Warning: selfheal: pss-privileged", StringComparison.Ordinal),
            () => "an old violation does not warn");
        var image = await Kubectl.RunAsync("-n", Namespace, "set", "image", "deployment/old", "web=registry.example.com/shop/web:v2");
        Assert.Contains("pss-privileged", image.Error, StringComparison.Ordinal);
        await Kubectl.MustAsync("-n", Namespace, "delete", "deployment", "old", "--wait=false");
        await Kubectl.MustAsync("-n", Namespace, "patch", "deployment", "old", "--type", "merge", "-p", """{"metadata":{"finalizers":null}}""");
        await Eventually.TrueAsync(async () => !(await Kubectl.RunAsync("-n", Namespace, "get", "deployment", "old")).Succeeded, () => "the Deployment does not go");
    }

    [ClusterFact]
    public async Task A_broken_policy_file_keeps_the_policy_and_a_good_one_replaces_it()
    {
        installation.WritePolicy("rules: [this is, not, a map]\n");
        await Eventually.TrueAsync(() => Task.FromResult(installation.Webhook.Log.Contains("must be keys with values", StringComparison.Ordinal)), () => $"nothing is logged:\n{installation.Webhook.Log}");
        Assert.False((await Kubectl.ApplyAsync(Workloads.Privileged(Namespace, "policy"), "--dry-run=server")).Succeeded);
        installation.WritePolicy("admission: {mode: warn}\n");
        await Eventually.TrueAsync(
            async () => await Kubectl.ApplyAsync(Workloads.Privileged(Namespace, "policy"), "--dry-run=server") is { Succeeded: true } result
                && result.Error.Contains("Warning: selfheal: pss-privileged", StringComparison.Ordinal),
            () => "the new policy does not come into force");
        installation.WritePolicy("version: 1\n");
        await Eventually.TrueAsync(
            async () => !(await Kubectl.ApplyAsync(Workloads.Privileged(Namespace, "policy"), "--dry-run=server")).Succeeded,
            () => "the old policy does not come back");
    }

    [ClusterFact]
    public async Task No_request_fails_while_the_certificate_is_rotated()
    {
        var failed = await Load.DuringAsync(Namespace, async () =>
        {
            for (var i = 0; i < 3; i++)
            {
                installation.RotateCertificate();
                await Task.Delay(TimeSpan.FromSeconds(2));
            }
        });
        Assert.Empty(failed);
    }

    [ClusterFact]
    public async Task No_request_fails_while_the_webhook_is_rolled()
    {
        var failed = await Load.DuringAsync(Namespace, installation.RollAsync);
        Assert.Empty(failed);
    }

    [ClusterFact]
    public async Task The_cluster_lives_while_the_webhook_is_dead()
    {
        await installation.KillAsync();
        try
        {
            var refused = await Kubectl.ApplyAsync(Workloads.Compliant(Namespace, "waiting"));
            Assert.Contains("failed calling webhook", refused.Error, StringComparison.Ordinal);
            var elsewhere = await Kubectl.ApplyAsync(Workloads.Compliant("kube-system", "selfheal-e2e"), "--dry-run=server");
            Assert.True(elsewhere.Succeeded, elsewhere.Error);
            var role = await Kubectl.RunAsync("create", "clusterrole", Namespace, "--verb=get", "--resource=pods", "--dry-run=server");
            Assert.True(role.Succeeded, role.Error);
            var before = await LeasesAsync();
            if (before.Length > 0)
            {
                await Eventually.TrueAsync(async () => await LeasesAsync() != before, () => "the leases of the nodes are not renewed");
            }
        }
        finally
        {
            await installation.RestartAsync();
        }
    }

    private Task<string> GenerationAsync(string name) =>
        Kubectl.MustAsync("-n", Namespace, "get", "deployment", name, "-o", "jsonpath={.metadata.generation}");

    private static Task<string> LeasesAsync() => Kubectl.MustAsync("-n", "kube-node-lease", "get", "leases", "-o", "jsonpath={.items[*].spec.renewTime}");
}
