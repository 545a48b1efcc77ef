using System.Globalization;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Cluster;

/// <summary>
/// A time for which admission is set aside, as the annotations of a webhook configuration say. While it holds, no entry of
/// ours has rules, so that the API server asks nobody; afterwards the leader of the webhook puts them back.
/// </summary>
/// <param name="Until">From this instant on it is over.</param>
/// <param name="By">The user name that the API server knew whoever did it by.</param>
public sealed record Breakglass(DateTimeOffset Until, string By, string Reason)
{
    public const string UntilAnnotation = "selfheal.io/breakglass-until";
    public const string ByAnnotation = "selfheal.io/breakglass-by";
    public const string ReasonAnnotation = "selfheal.io/breakglass-reason";

    /// <summary>Every entry of ours is named so.</summary>
    public const string EntrySuffix = ".selfheal.io";

    /// <summary>What is set further ahead holds no longer than if it were not there: nobody switches admission off for good by mistyping a year.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    // The clocks of whoever opens it and of the leader differ.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>What a configuration says; null where it says nothing that can be read.</summary>
    public static Breakglass? Of(JsonObject configuration)
    {
        var annotations = (configuration["metadata"] as JsonObject)?["annotations"] as JsonObject;
        return annotations is not null
            && DateTimeOffset.TryParse(annotations.Text(UntilAnnotation), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
            ? new(until, annotations.Text(ByAnnotation) ?? "", annotations.Text(ReasonAnnotation) ?? "")
            : null;
    }

    /// <summary>True from when it was set until it is over.</summary>
    public bool Holds(DateTimeOffset now) => now < Until && Until - now <= Longest + Skew;

    /// <summary>Whether an entry is ours by its name, whatever its configuration is called: of others nobody would put the rules back.</summary>
    public static bool IsOurs(JsonObject entry) => entry.Text("name")?.EndsWith(EntrySuffix, StringComparison.Ordinal) == true;

    /// <summary>Sets it down in a configuration, and takes the rules out of those of its entries that are ours.</summary>
    public void Open(JsonObject configuration)
    {
        var metadata = configuration["metadata"] as JsonObject ?? [];
        configuration["metadata"] = metadata;
        var annotations = metadata["annotations"] as JsonObject ?? [];
        metadata["annotations"] = annotations;
        annotations[UntilAnnotation] = Until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        annotations[ByAnnotation] = By;
        annotations[ReasonAnnotation] = Reason;
        foreach (var entry in (configuration["webhooks"] as JsonArray ?? []).OfType<JsonObject>().Where(IsOurs))
        {
            entry["rules"] = new JsonArray();
        }
    }

    /// <summary>Takes the annotations away; to put the rules back is the leader's.</summary>
    /// <returns>False where there were none.</returns>
    public static bool Forget(JsonObject configuration)
    {
        var annotations = (configuration["metadata"] as JsonObject)?["annotations"] as JsonObject;
        var hadUntil = annotations?.Remove(UntilAnnotation) == true;
        annotations?.Remove(ByAnnotation);
        annotations?.Remove(ReasonAnnotation);
        return hadUntil;
    }
}
