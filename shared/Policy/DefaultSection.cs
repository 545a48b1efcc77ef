using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>What <c>defaults</c> says: values for fixes to use.</summary>
internal static class DefaultSection
{
    internal static readonly string[] Keys =
    [
        "resources", "livenessProbe", "readinessProbe", "security", "ttlSecondsAfterFinished", "priorityClassName", "labels", "annotations",
    ];

    internal static readonly string[] ResourceKeys = ["requests", "limits"];
    internal static readonly string[] AmountKeys = ["cpu", "memory"];
    internal static readonly string[] SecurityKeys = ["runAsUser"];

    /// <summary>What the API server takes for whole numbers of its own.</summary>
    internal const long MostInteger = int.MaxValue;

    public static OwnerDefaults Read(Field field, PolicyProblems problems)
    {
        PolicyFields.CheckMap(field, problems, Keys);
        var resources = field["resources"];
        PolicyFields.CheckMap(resources, problems, ResourceKeys);
        PolicyFields.CheckMap(resources["requests"], problems, AmountKeys);
        PolicyFields.CheckMap(resources["limits"], problems, AmountKeys);
        PolicyFields.CheckMap(field["security"], problems, SecurityKeys);
        foreach (var resource in AmountKeys)
        {
            CheckOrder(resources["requests"][resource], resources["limits"][resource], problems);
        }

        return new()
        {
            CpuRequest = ReadAmount(resources["requests"]["cpu"], problems),
            CpuLimit = ReadAmount(resources["limits"]["cpu"], problems),
            MemoryRequest = ReadAmount(resources["requests"]["memory"], problems),
            MemoryLimit = ReadAmount(resources["limits"]["memory"], problems),
            RunAsUser = ReadInteger(field["security"]["runAsUser"], 1, problems),
            LivenessProbe = ProbeReading.Read(field["livenessProbe"], problems),
            ReadinessProbe = ProbeReading.Read(field["readinessProbe"], problems),
            TtlSecondsAfterFinished = ReadInteger(field["ttlSecondsAfterFinished"], 0, problems),
            PriorityClassName = ReadPriorityClass(field["priorityClassName"], problems),
            Labels = ReadTexts(field["labels"], isLabel: true, problems),
            Annotations = ReadTexts(field["annotations"], isLabel: false, problems),
        };
    }

    private static string? ReadAmount(Field field, PolicyProblems problems)
    {
        if (!field.Exists)
        {
            return null;
        }

        if (field.IsMap || field.IsList || field.Kind == NodeKind.Boolean || !Quantity.TryParse(field.Utf8, out var quantity))
        {
            problems.Add(field, $"{Seen.Of(field)} is no quantity; must be one, such as 100m or 128Mi");
            return null;
        }

        if (!quantity.IsPositive)
        {
            problems.Add(field, $"{Seen.Of(field)} is not above 0; must be");
        }

        return field.Text;
    }

    private static void CheckOrder(Field request, Field limit, PolicyProblems problems)
    {
        if (Quantity.TryParse(request.Utf8, out var asked) && Quantity.TryParse(limit.Utf8, out var most) && asked > most)
        {
            problems.Add(request, $"{Seen.Of(request)} is above the limit of {Seen.Of(limit)}; must not be");
        }
    }

    private static long? ReadInteger(Field field, long least, PolicyProblems problems)
    {
        if (field.Exists && !(field.Integer is { } number && number >= least && number <= MostInteger))
        {
            problems.Add(field, $"{Seen.Of(field)} must be a whole number from {least} to {MostInteger}");
            return null;
        }

        return field.Integer;
    }

    private static string? ReadPriorityClass(Field field, PolicyProblems problems)
    {
        var name = PolicyFields.TextOf(field, problems);
        if (name is not null && !QualifiedName.IsSubdomain(name))
        {
            problems.Add(field, $"{Seen.Of(field)} is no name of a priority class; must be of lower-case letters, digits, dashes and dots");
        }

        return name;
    }

    private static Dictionary<string, string> ReadTexts(Field field, bool isLabel, PolicyProblems problems)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        PolicyFields.IsMap(field, problems);
        foreach (var entry in field.Entries)
        {
            var value = entry.Value;
            if (!QualifiedName.IsValid(entry.Key))
            {
                problems.Add(value, $"{Excerpt.Of(entry.Key)} cannot be a key; must be a name of at most 63 letters, digits, '-', '_' and '.', behind a domain and a '/' or without");
            }

            if (!value.IsString)
            {
                problems.Add(value, $"{Seen.Of(value)} is no text; must be one{(value.Text is null ? "" : ", in quotes")}");
            }
            else if (isLabel && !QualifiedName.IsLabelValue(value.Text!))
            {
                problems.Add(value, $"{Seen.Of(value)} cannot be the value of a label; must be at most 63 letters, digits, '-', '_' and '.'");
            }
            else
            {
                texts[entry.Key] = value.Text!;
            }
        }

        return texts;
    }
}
