using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Install;

/// <summary>What the entries of the webhook configurations say by themselves.</summary>
internal static class EntryChecks
{
    private const int LongestTimeoutSeconds = 5;
    private static readonly TimeSpan SoonOver = TimeSpan.FromDays(7);

    /// <summary>What a webhook must never be asked about: the cluster's own heartbeat.</summary>
    private static readonly string[] Heartbeat = ["leases", "events", "endpoints", "endpointslices", "nodes", "tokenreviews", "subjectaccessreviews"];

    public static IEnumerable<DoctorCheck> Of(InstalledConfiguration configuration, IReadOnlyDictionary<string, JsonObject> namespaces, DateTimeOffset now)
    {
        if (Breakglass.Of(configuration.Object) is { } breakglass)
        {
            var isBack = configuration.Entries.All(entry => entry["rules"] is JsonArray { Count: > 0 });
            yield return isBack && breakglass.Holds(now)
                ? new(
                    DoctorOutcome.Warning,
                    configuration.ToString(),
                    $"admission was to be set aside until {breakglass.Until:u}, but somebody has put the rules back",
                    GitOpsOwner.Of(configuration.Object) is { } owner ? $"{owner.Name} owns it; to pause it: {owner.HowToPause}" : "selfheal breakglass once more, or with --end")
                : isBack
                ? new(DoctorOutcome.Ok, configuration.ToString(), $"admission was set aside until {breakglass.Until:u}, and its rules are back")
                : breakglass.Holds(now)
                ? new(DoctorOutcome.Warning, configuration.ToString(), $"admission is set aside until {breakglass.Until:u} by {breakglass.By}: {breakglass.Reason}", "selfheal breakglass --end")
                : new(
                    DoctorOutcome.Failed,
                    configuration.ToString(),
                    $"admission was set aside until {breakglass.Until:u}, and nobody has put the rules back",
                    "see whether a replica of the webhook runs and leads; its log says why it does not");
        }

        foreach (var entry in configuration.Entries)
        {
            var about = $"{configuration} {entry.Text("name")}";
            var rules = Rules(entry);
            if (rules.Count == 0)
            {
                if (Breakglass.Of(configuration.Object)?.Holds(now) != true)
                {
                    yield return new(
                        DoctorOutcome.Failed, about, "has no rules: the API server asks the webhook about nothing",
                        "the leader sets them when a replica is ready; see its log");
                }

                continue;
            }

            foreach (var check in RuleChecks(about, rules).Concat(AsksAboutNamespaced(entry) ? SelectorChecks(about, configuration, entry, namespaces) : []).Concat(SettingChecks(about, configuration, entry)))
            {
                yield return check;
            }

            yield return CertificateCheck(about, entry, now);
        }
    }

    private static IEnumerable<DoctorCheck> RuleChecks(string about, List<JsonObject> rules)
    {
        var resources = rules.SelectMany(rule => rule.Texts("resources")).Distinct().ToList();
        foreach (var resource in resources.Where(resource => resource.Contains('*', StringComparison.Ordinal) || Heartbeat.Contains(resource.Split('/')[0])))
        {
            yield return new(
                DoctorOutcome.Failed, about, $"asks about {resource}: a webhook that is down or slow then stops the cluster itself",
                "install the rules that selfheal manifests prints");
        }
    }

    private static IEnumerable<DoctorCheck> SelectorChecks(
        string about, InstalledConfiguration configuration, JsonObject entry, IReadOnlyDictionary<string, JsonObject> namespaces)
    {
        if (entry.Text("failurePolicy") == "Ignore")
        {
            // Dead, it closes nothing.
            yield break;
        }

        var spared = new List<string> { "kube-system", "kube-node-lease" };
        if (configuration.Service is ({ Length: > 0 } own, _))
        {
            spared.Add(own);
        }

        foreach (var name in spared.Where(name => namespaces.TryGetValue(name, out var live) && Covers(entry, live)))
        {
            yield return new(
                DoctorOutcome.Failed, about, $"covers namespace {name}: a webhook that is down could not be brought back",
                "exclude it in namespaceSelector, by the label kubernetes.io/metadata.name");
        }
    }

    private static IEnumerable<DoctorCheck> SettingChecks(string about, InstalledConfiguration configuration, JsonObject entry)
    {
        var timeout = entry["timeoutSeconds"] is JsonValue value && value.TryGetValue(out int seconds) ? seconds : 10;
        if (timeout > LongestTimeoutSeconds)
        {
            yield return new(
                DoctorOutcome.Failed, about, $"waits {timeout} s for an answer: controllers lose their leases meanwhile", "set timeoutSeconds to 3");
        }

        var isOfCluster = Rules(entry).Any(rule => rule.Text("scope") != "Namespaced");
        if (configuration.Validates && isOfCluster && entry.Text("failurePolicy") != "Ignore")
        {
            yield return new(
                DoctorOutcome.Failed, about, "asks about kinds of the whole cluster and fails them: with the webhook down, the API server cannot write its own roles when it starts",
                "set its failurePolicy to Ignore, and let it have such kinds alone");
        }

        if (configuration.Validates && !isOfCluster && entry.Text("failurePolicy") == "Ignore")
        {
            yield return new(
                DoctorOutcome.Warning, about, "admits what it gets no answer about: whoever stops the webhook is not judged", "set failurePolicy to Fail");
        }

        if (!configuration.Validates && entry.Text("failurePolicy") != "Ignore")
        {
            yield return new(DoctorOutcome.Warning, about, "fails requests that it cannot correct", "set failurePolicy to Ignore; the validating entry decides");
        }

        if (entry.Text("sideEffects") is not ("None" or "NoneOnDryRun"))
        {
            yield return new(DoctorOutcome.Failed, about, "is not asked about dry runs", "set sideEffects to NoneOnDryRun");
        }
    }

    /// <summary>True where the API server asks it about Deployments.</summary>
    public static bool JudgesDeployments(JsonObject entry) =>
        Rules(entry).Any(rule => rule.Texts("resources").Any(resource => resource is "deployments" or "*"));

    /// <summary>True where it is asked about what lies in namespaces, or will be: kinds of the whole cluster are in none that could be excluded.</summary>
    public static bool AsksAboutNamespaced(JsonObject entry) => Rules(entry) is { Count: > 0 } rules
        ? rules.Any(rule => rule.Text("scope") != "Cluster")
        : entry.Text("name")?.StartsWith("cluster.", StringComparison.Ordinal) != true;

    private static List<JsonObject> Rules(JsonObject entry) => [.. (entry["rules"] as JsonArray ?? []).OfType<JsonObject>()];

    private static DoctorCheck CertificateCheck(string about, JsonObject entry, DateTimeOffset now)
    {
        try
        {
            var bundle = new X509Certificate2Collection();
            bundle.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(((entry["clientConfig"] as JsonObject)?.Text("caBundle")) ?? "")));
            if (bundle.Count == 0)
            {
                return new(DoctorOutcome.Failed, about, "has no caBundle: the API server trusts nobody's answer", "see the log of the webhook's leader, or set caBundle");
            }

            var last = bundle.Max(certificate => certificate.NotAfter.ToUniversalTime());
            var left = last - now.UtcDateTime;
            return left <= TimeSpan.Zero ? new(DoctorOutcome.Failed, about, $"its authority has expired at {last:u}", "renew it; self-managed, see the log of the webhook's leader")
                : left < SoonOver ? new(DoctorOutcome.Warning, about, $"its authority expires at {last:u}", "renew it; self-managed, see the log of the webhook's leader")
                : new(DoctorOutcome.Ok, about, $"its authority holds until {last:u}");
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            return new(DoctorOutcome.Failed, about, $"its caBundle cannot be read: {exception.Message}", "set caBundle to the authority's certificate, in PEM");
        }
    }

    /// <summary>True where the entry's namespaceSelector takes the namespace in.</summary>
    public static bool Covers(JsonObject entry, JsonObject live) =>
        LabelSelector.Of(JsonFields.Of(entry["namespaceSelector"] ?? new JsonObject())).Matches(JsonFields.Of(live)[Name.Metadata][Name.Labels]);
}
