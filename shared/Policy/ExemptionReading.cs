using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>Reads exemptions. Whatever is not understood is a mistake: an entry that is half read would exempt something else.</summary>
internal static class ExemptionReading
{
    private static readonly string[] Keys = ["rule", "object", "container", "owner", "reason", "expires"];
    private static readonly string[] ObjectKeys = ["apiVersion", "kind", "namespace", "name"];

    public static ExemptionList Read(Field list, PolicyProblems problems)
    {
        if (!list.Exists)
        {
            return ExemptionList.Empty;
        }

        if (!list.IsList)
        {
            problems.Add(list, $"{Seen.Of(list)} is no list; must be one");
            return ExemptionList.Empty;
        }

        var entries = new List<Exemption>();
        foreach (var field in list.Elements)
        {
            if (ReadEntry(field, problems) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return new(entries, list.Document.Source);
    }

    private static Exemption? ReadEntry(Field entry, PolicyProblems problems)
    {
        if (!IsMapOf(entry, Keys, "an exemption", problems))
        {
            return null;
        }

        var place = entry["object"];
        var rule = Required(entry["rule"], "the id of a rule, as 'selfheal rules' lists them", problems);
        var container = Optional(entry["container"], "leave the key out to exempt the whole object", problems, out var isContainerRight);
        var owner = Required(entry["owner"], "who answers for the exemption", problems);
        var reason = Required(entry["reason"], "why the finding may stay", problems);
        var expires = Required(entry["expires"], Expiry.Shape, problems);
        var hasExpiry = Expiry.TryParse(expires, out var expiry);
        if (expires is not null && !hasExpiry)
        {
            problems.Add(entry["expires"], $"{Excerpt.Of(expires)} is no date; must be {Expiry.Shape}");
        }

        var exempt = ReadObject(place, problems);
        if (rule is null || exempt is null || !isContainerRight || owner is null || reason is null || !hasExpiry)
        {
            return null;
        }

        var (line, column) = entry.Document.Source.Locate(entry.SourceOffset);
        return new(rule, exempt, container, owner, reason, expiry) { Line = line, Column = column, Pointer = entry.Pointer };
    }

    private static ExemptObject? ReadObject(Field place, PolicyProblems problems)
    {
        if (!place.IsWritten)
        {
            problems.Add(place, "is missing; must be a map of kind, namespace and name");
            return null;
        }

        if (!IsMapOf(place, ObjectKeys, "the object of an exemption", problems))
        {
            return null;
        }

        var apiVersion = Optional(place["apiVersion"], "leave the key out for any", problems, out var isVersionRight);
        var kind = Required(place["kind"], "the exact kind, such as Deployment", problems);
        var @namespace = Optional(place["namespace"], "leave the key out for an object without a namespace", problems, out var isNamespaceRight);
        var name = Required(place["name"], "the exact metadata.name", problems);
        return kind is null || name is null || !isVersionRight || !isNamespaceRight ? null : new(apiVersion, kind, @namespace, name);
    }

    private static bool IsMapOf(Field field, string[] keys, string what, PolicyProblems problems)
    {
        if (!field.IsMap)
        {
            problems.Add(field, $"{Seen.Of(field)} is no map; {what} has the keys {string.Join(", ", keys)}");
            return false;
        }

        var isRight = true;
        foreach (var entry in field.Entries)
        {
            if (!keys.Contains(entry.Key, StringComparer.Ordinal))
            {
                problems.Add(entry.Value, $"is no key of {what}; use {string.Join(", ", keys)}");
                isRight = false;
            }
        }

        return isRight;
    }

    private static string? Required(Field field, string wanted, PolicyProblems problems)
    {
        if (field.IsString && !string.IsNullOrWhiteSpace(field.Text))
        {
            return field.Text;
        }

        problems.Add(field, !field.IsWritten ? $"is missing; must be {wanted}"
            : field.Kind is NodeKind.Number or NodeKind.Boolean ? $"{Seen.Of(field)} is no text; put it in quotes"
            : field.IsString || !field.Exists ? $"is empty; must be {wanted}"
            : $"{Seen.Of(field)} is no text; must be {wanted}");
        return null;
    }

    private static string? Optional(Field field, string otherwise, PolicyProblems problems, out bool isRight)
    {
        isRight = !field.IsWritten || (field.IsString && !string.IsNullOrWhiteSpace(field.Text));
        if (!isRight)
        {
            problems.Add(field, $"{(field.Kind is NodeKind.Number or NodeKind.Boolean ? $"{Seen.Of(field)} is no text; put it in quotes" : "must be a text that is not empty")}, or {otherwise}");
        }

        return field.IsWritten && isRight ? field.Text : null;
    }
}
