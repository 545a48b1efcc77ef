using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Export;

/// <summary>Why a rule has no form in CEL.</summary>
internal static class MissingForms
{
    private const string ServerSeesIt = "the API server itself refuses what it finds, before these policies are asked";
    private const string ServerConverts = "the API server has converted the object to a version of the policies' by the time they see it";
    private const string ServerCompletes = "the API server has overwritten what it finds by the time policies see the object";

    private static readonly Dictionary<string, string> ById = new(StringComparer.Ordinal)
    {
        ["api-version-removed"] = ServerConverts,
        ["api-version-deprecated"] = ServerConverts,
        ["no-extensions-v1beta"] = ServerConverts,
        ["schema-validation"] = ServerSeesIt,
        ["mismatching-selector"] = ServerSeesIt,
        ["request-exceeds-limit"] = ServerSeesIt,
        ["invalid-target-ports"] = ServerSeesIt,
        ["deprecated-service-account-field"] = ServerCompletes,
        ["sorted-keys"] = "it is about a text, and the API server keeps none",
        ["duplicate-env-var"] = "comparing all variables with each other costs more than the API server allows an expression",
        ["literal-credential"] = "it looks into values by more than patterns",
        ["invalid-image-name"] = "the grammar of image names is more than an expression here",
        ["image-digest"] = "the grammar of image names is more than an expression here",
        ["allowed-registries"] = "it completes image names before it compares them, as the container runtime does",
        ["scc-deny-privileged-container"] = "it judges a kind that Kubernetes itself does not have",
    };

    public static IEnumerable<string> Ids => ById.Keys;

    public static CelForm.Missing Of(Rule rule, string id) => new(
        rule is SetRule ? "it judges an object by others, and a policy sees one object"
        : ById.GetValueOrDefault(id, "no CEL form of it is kept"));
}
