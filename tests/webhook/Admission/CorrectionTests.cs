using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Admission;

public class CorrectionTests
{
    /// <summary>A user id other than 0 and no runAsNonRoot: what runs is not root as it is, and to say so is Safe.</summary>
    private static JsonObject Correctable() => Samples.PodSpec().Changed(spec =>
    {
        spec["securityContext"]!.AsObject().Remove("runAsNonRoot");
        spec.FirstContainer()["securityContext"]!.AsObject().Remove("runAsNonRoot");
    });

    [Fact]
    public void What_is_safe_is_corrected_and_then_admitted()
    {
        var review = new Review(Samples.Deployment(Correctable()));
        Assert.NotEmpty(review.Denied());
        var decision = review.Mutate();
        Assert.True(decision.IsAllowed);
        var corrected = Patched(review, decision.Patch);
        Assert.Empty(corrected.Denied());
        Assert.Null(corrected.Mutate().Patch);
        Assert.Contains("runAsNonRoot", corrected.Object["metadata"]!["annotations"]!["selfheal.io/mutated"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_a_matter_of_review_is_not_corrected_unless_the_owner_names_it()
    {
        var bad = Samples.Deployment().Changed(each => each.PodSpecOf().FirstContainer()["securityContext"]!.AsObject().Remove("readOnlyRootFilesystem"));
        Assert.Null(new Review(bad).Mutate().Patch);
        var review = new Review(bad) { Policy = "admission: {correct: [no-read-only-root-fs]}" };
        Assert.Empty(Patched(review, review.Mutate().Patch).Denied());
    }

    [Fact]
    public void A_deployment_is_corrected_on_update_too()
    {
        var review = Review.Update(Samples.Deployment(), Samples.Deployment(Correctable()));
        Assert.Empty(Patched(review, review.Mutate().Patch).Denied());
    }

    [Theory]
    [InlineData("v1", "Pod")]
    [InlineData("batch/v1", "Job")]
    public void What_cannot_change_once_it_exists_is_not_touched(string apiVersion, string kind)
    {
        JsonObject Make(JsonObject spec) => kind == "Pod"
            ? Samples.Object(apiVersion, kind, spec)
            : Samples.Object(apiVersion, kind, new JsonObject { ["template"] = new JsonObject { ["spec"] = spec.Changed(each => each["restartPolicy"] = "Never") } });
        Assert.NotNull(new Review(Make(Correctable())).Mutate().Patch);
        Assert.Null(Review.Update(Make(Samples.PodSpec()), Make(Correctable())).Mutate().Patch);
    }

    [Fact]
    public void What_is_being_deleted_is_not_touched() =>
        Assert.Null(Review.Update(
            Samples.Deployment(),
            Samples.Deployment(Correctable()).Changed(each => each["metadata"]!["deletionTimestamp"] = "2026-06-01T00:00:00Z")).Mutate().Patch);

    [Fact]
    public void What_is_exempt_is_not_corrected()
    {
        const string Policy = """
            exemptions:
              - {rule: pss-run-as-non-root, object: {kind: Deployment, namespace: shop, name: web}, owner: shop, reason: an old image, expires: 2026-07-01}
            """;
        Assert.Null((new Review(Samples.Deployment(Correctable())) { Policy = Policy }).Mutate().Patch);
    }

    private static Review Patched(Review review, JsonPatch? patch)
    {
        Assert.NotNull(patch);
        var applied = Assert.IsType<JsonPatchResult.Applied>(patch.Apply(review.Object));
        return review with { Object = applied.Document!.AsObject() };
    }
}
