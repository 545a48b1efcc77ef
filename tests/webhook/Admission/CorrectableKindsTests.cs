using System.Text.Json.Nodes;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Admission;

/// <summary>The API server asks about updates of exactly those kinds of which one could be corrected.</summary>
public sealed class CorrectableKindsTests
{
    public static TheoryData<string, string, string> Kinds
    {
        get
        {
            var all = new TheoryData<string, string, string>();
            foreach (var kind in Catalogue.All.OfType<ObjectRule>().SelectMany(rule => rule.Judges).Where(kind => !ReferenceEquals(kind, ResourceKind.Any)).DistinctBy(kind => (kind.Group, kind.Kind)))
            {
                all.Add(kind.Group, kind.Kind, kind.Resource);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_asked_about_can_be_corrected_and_nothing_else(string group, string kind, string resource)
    {
        var (before, after) = (Of(group, kind), Of(group, kind));
        after["spec"]!["touched"] = true;
        var request = Review.Update(before, after);
        Assert.Equal(Subscription.CanBeCorrectedLater(group, resource), request.MayBeCorrected());
    }

    private static JsonObject Of(string group, string kind) => new()
    {
        ["apiVersion"] = group.Length == 0 ? "v1" : $"{group}/v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = "web", ["namespace"] = "shop" },
        ["spec"] = new JsonObject(),
    };
}
