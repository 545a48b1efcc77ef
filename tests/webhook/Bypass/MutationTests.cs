using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using SelfHealGitOps.Webhook.Admission;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>Row "Mutation creates privilege" (SIG-Security threat 10): what a patch makes is judged again, and is never worse.</summary>
public sealed class MutationTests
{
    /// <summary>The owner has asked for every fix there is.</summary>
    internal static AdmissionPolicy CorrectingAll(string profile) => Reviewing.Policy(
        profile, new AdmissionSettings { Correct = Catalogue.All.Select(rule => rule.Info.Id).ToHashSet() });

    [Theory]
    [InlineData("pss-baseline")]
    [InlineData("pss-restricted")]
    [InlineData("default")]
    [InlineData("all")]
    public void Mutation_creates_no_privilege_in_any_kind(string profile)
    {
        var policy = CorrectingAll(profile);
        foreach (var (kind, paths) in Objects.PodPaths)
        {
            for (var path = 0; path < paths.Length; path++)
            {
                foreach (var spec in Specs())
                {
                    var root = Objects.Holder(kind, path, spec);
                    if (Reviewing.Mutate(Question.Create(root), policy).Patch is not { } patch)
                    {
                        continue;
                    }

                    var mended = Apply(patch, root);
                    var (before, after) = (Levels(root), Levels(mended));
                    Assert.True(after.All(before.Contains), $"{kind}: {string.Join(", ", after.Except(before))} after {patch}");
                }
            }
        }
    }

    [Fact]
    public void Safe_corrections_leave_a_pod_at_its_level()
    {
        // Without the owner's word only Safe fixes are made: whatever they change, the level never falls.
        var policy = Reviewing.Policy("all");
        foreach (var spec in Specs())
        {
            var root = Objects.Pod(spec);
            if (Reviewing.Mutate(Question.Create(root), policy).Patch is { } patch)
            {
                Assert.Subset(Levels(root), Levels(Apply(patch, root)));
            }
        }
    }

    [Theory]
    [InlineData("v1/Pod")]
    [InlineData("batch/v1/Job")]
    [InlineData("serving.knative.dev/v1/Revision")]
    public void What_cannot_be_changed_once_it_is_there_is_not_corrected_on_update(string kind)
    {
        var (bad, good) = (Objects.Holder(kind, 0, Objects.PrivilegedSpec()), Objects.Holder(kind, 0, Objects.RestrictedSpec()));

        Assert.Null(Reviewing.Mutate(Question.Update(bad, good), CorrectingAll("pss-baseline")).Patch);
        Assert.NotNull(Reviewing.Mutate(Question.Create(bad), CorrectingAll("pss-baseline")).Patch);
    }

    [Fact]
    public void A_patch_on_update_touches_only_the_template()
    {
        var bad = Objects.Deployment(Objects.PrivilegedSpec());
        var patch = JsonNode.Parse(Reviewing.Mutate(Question.Update(bad, Objects.Deployment()), CorrectingAll("all")).Patch!)!.AsArray();

        Assert.All(patch, operation => Assert.True(
            operation!["path"]!.GetValue<string>() is var path
            && (path.StartsWith("/spec/template/", StringComparison.Ordinal) || path.StartsWith("/metadata/annotations", StringComparison.Ordinal)),
            operation.ToJsonString()));
    }

    [Fact]
    public void A_dry_run_is_answered_like_any_other()
    {
        var review = Question.Create(Objects.Deployment(Objects.PrivilegedSpec()));
        var policy = CorrectingAll("pss-baseline");

        Assert.Equal(Reviewing.Validate(review, policy).Bytes, Reviewing.Validate(review with { DryRun = true }, policy).Bytes);
        Assert.Equal(Reviewing.Mutate(review, policy).Bytes, Reviewing.Mutate(review with { DryRun = true }, policy).Bytes);
    }

    [Fact]
    public void The_patch_holds_when_somebody_has_forged_the_record_before()
    {
        foreach (var forged in (string[])["", "[]", "not JSON", """[{"rules":["pss-privileged"],"set":"spec","value":{}}]"""])
        {
            var root = Objects.Deployment(Objects.PrivilegedSpec());
            root["metadata"]!["annotations"] = new JsonObject { [MutationRecord.Annotation] = forged };
            var policy = CorrectingAll("pss-baseline");

            var mended = Apply(Reviewing.Mutate(Question.Create(root), policy).Patch!, root);
            Assert.True(Reviewing.Validate(Question.Create(mended), policy).IsAllowed);
            Assert.Contains("pss-privileged", mended["metadata"]!["annotations"]![MutationRecord.Annotation]!.GetValue<string>(), StringComparison.Ordinal);
        }
    }

    /// <summary>Applies a patch to a copy as the API server would.</summary>
    internal static JsonObject Apply(string patch, JsonObject root)
    {
        var parsed = Assert.IsType<JsonPatchParse.Parsed>(JsonPatch.Parse(System.Text.Encoding.UTF8.GetBytes(patch))).Patch;
        return Assert.IsType<JsonPatchResult.Applied>(parsed.Apply(root)).Document!.AsObject();
    }

    [Theory]
    [InlineData("apps/v1/ReplicaSet", "apps/v1", "Deployment")]
    [InlineData("apps/v1/ReplicaSet", "argoproj.io/v1alpha1", "Rollout")]
    [InlineData("v1/ReplicationController", "apps.openshift.io/v1", "DeploymentConfig")]
    [InlineData("batch/v1/Job", "batch/v1", "CronJob")]
    public void What_a_controller_compares_with_its_own_template_is_not_corrected(string kind, string apiVersion, string owner)
    {
        var made = Objects.Holder(kind, 0, WithoutContext());
        var policy = CorrectingAll("pss-restricted");
        Assert.NotNull(Reviewing.Mutate(Question.Create(made), policy).Patch);

        made["metadata"]!["ownerReferences"] = Owned(apiVersion, owner);
        foreach (var review in (Question[])[Question.Create(made), Question.Update(made, made)])
        {
            Assert.Null(Reviewing.Mutate(review, policy).Patch);
        }

        Assert.False(Reviewing.Validate(Question.Create(made), policy).IsAllowed);
    }

    [Fact]
    public void A_Pod_that_a_controller_makes_is_corrected()
    {
        var pod = Objects.Pod(WithoutContext());
        pod["metadata"]!["ownerReferences"] = Owned("apps/v1", "ReplicaSet");

        Assert.NotNull(Reviewing.Mutate(Question.Create(pod), CorrectingAll("pss-restricted")).Patch);
    }

    [Theory]
    [InlineData("""{"name": "web"}""")]
    [InlineData("""{"name": "web", "annotations": null}""")]
    [InlineData("""{"name": "web", "annotations": {}}""")]
    [InlineData("""{"name": "web", "annotations": {"a": "b"}}""")]
    public void The_record_stands_beside_an_annotation_that_is_corrected(string metadata)
    {
        var policy = Reviewing.Policy(
            "all",
            new AdmissionSettings { Correct = new HashSet<string> { "required-annotation-email" } },
            PolicySettings.Default with { Defaults = new OwnerDefaults { Annotations = new Dictionary<string, string> { ["email"] = "shop@example.com" } } });
        var pod = Objects.Pod();
        pod["metadata"] = Objects.Parse(metadata);

        var once = Apply(Reviewing.Mutate(Question.Create(pod), policy).Patch!, pod);
        Assert.Equal("shop@example.com", (string?)once["metadata"]!["annotations"]!["email"]);
        Assert.Contains("required-annotation-email", (string?)once["metadata"]!["annotations"]!["selfheal.io/mutated"], StringComparison.Ordinal);
        Assert.Null(Reviewing.Mutate(Question.Create(once), policy).Patch);
        Assert.DoesNotContain("required-annotation-email", Reviewing.Validate(Question.Create(once), policy).Rules);
    }

    private static JsonObject WithoutContext()
    {
        var spec = Objects.RestrictedSpec();
        spec["containers"]![0]!.AsObject().Remove("securityContext");
        return spec;
    }

    private static JsonArray Owned(string apiVersion, string kind) =>
        new(new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind, ["name"] = "web", ["uid"] = "1", ["controller"] = true });

    private static HashSet<string> Levels(JsonObject root) => [.. PodOracle.Violations(root, isRestricted: true)];

    private static IEnumerable<JsonObject> Specs() => PodPoisons.All.Select(poison =>
    {
        var spec = Objects.RestrictedSpec();
        poison.Apply(spec);
        return spec;
    });
}
