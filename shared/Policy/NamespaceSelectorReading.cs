using System.Collections.Frozen;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>Reads which namespaces an entry is about. What is there and empty is a mistake: it would match more than is meant.</summary>
internal static class NamespaceSelectorReading
{
    internal static readonly string[] Keys = ["names", "matchLabels", "matchExpressions"];
    internal static readonly string[] ExpressionKeys = ["key", "operator", "values"];
    internal static readonly string[] Operators = Enum.GetNames<LabelOperator>();

    private const int MaxConditions = 100;

    /// <returns>Null where nothing is written; what is wrong is reported.</returns>
    public static NamespaceSelector? Read(Field field, PolicyProblems problems)
    {
        if (!field.IsWritten)
        {
            return null;
        }

        if (field.IsList || (field.Exists && !field.IsMap))
        {
            problems.Add(field, $"{Seen.Of(field)} is no map; must have one of {string.Join(", ", Keys)}");
            return null;
        }

        PolicyFields.CheckMap(field, problems, Keys);
        if (field.Count == 0)
        {
            problems.Add(field, $"is empty; must have one of {string.Join(", ", Keys)}, or be left out for every namespace");
        }

        var requirements = new List<LabelRequirement>();
        ReadLabels(field["matchLabels"], requirements, problems);
        ReadExpressions(field["matchExpressions"], requirements, problems);
        return new(ReadNames(field["names"], problems), requirements);
    }

    /// <summary>Reports what cannot be the name of a namespace.</summary>
    public static void CheckName(string name, Field place, PolicyProblems problems)
    {
        if (!PolicyFields.IsKebab(name))
        {
            problems.Add(place, $"{Excerpt.Of(name)} is no name of a namespace; must be a whole one, of lower-case letters, digits and dashes");
        }
    }

    /// <summary>Labels with one value each, as an object has them.</summary>
    public static Dictionary<string, string> ReadPairs(Field field, PolicyProblems problems)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        PolicyFields.IsMap(field, problems);
        foreach (var entry in field.Entries)
        {
            if (IsKey(entry.Key, entry.Value, problems) & IsValue(entry.Value, problems))
            {
                pairs[entry.Key] = entry.Value.Text!;
            }
        }

        return pairs;
    }

    private static List<string>? ReadNames(Field field, PolicyProblems problems)
    {
        if (!field.IsWritten)
        {
            return null;
        }

        var names = PolicyFields.TextsOf(field, problems);
        foreach (var (name, place) in names)
        {
            CheckName(name, place, problems);
        }

        if (field.Count == 0 && (field.IsList || !field.Exists))
        {
            problems.Add(field, "is empty; must name a namespace, or be left out for any name");
        }

        return [.. names.Select(each => each.Text)];
    }

    private static void ReadLabels(Field field, List<LabelRequirement> requirements, PolicyProblems problems)
    {
        if (field.IsWritten && field.Count == 0 && (field.IsMap || !field.Exists))
        {
            problems.Add(field, "is empty; must have a label, or be left out for any labels");
        }
        else if (field.Count > MaxConditions)
        {
            problems.Add(field, $"are {field.Count} labels; must be at most {MaxConditions}");
        }
        else
        {
            requirements.AddRange(ReadPairs(field, problems).Select(pair => new LabelRequirement(pair.Key, LabelOperator.In, [pair.Value])));
        }
    }

    private static void ReadExpressions(Field field, List<LabelRequirement> requirements, PolicyProblems problems)
    {
        if (field.IsWritten && field.Count == 0 && (field.IsList || !field.Exists))
        {
            problems.Add(field, "is empty; must have an expression, or be left out for any labels");
        }
        else if (field.Count > MaxConditions)
        {
            problems.Add(field, $"are {field.Count} expressions; must be at most {MaxConditions}");
        }
        else if (PolicyFields.CheckList(field, problems))
        {
            foreach (var element in field.Elements)
            {
                if (ReadExpression(element, problems) is { } requirement)
                {
                    requirements.Add(requirement);
                }
            }
        }
    }

    private static LabelRequirement? ReadExpression(Field field, PolicyProblems problems)
    {
        if (!field.IsMap)
        {
            problems.Add(field, $"{Seen.Of(field)} is no map; an expression has the keys {string.Join(", ", ExpressionKeys)}");
            return null;
        }

        PolicyFields.CheckMap(field, problems, ExpressionKeys);
        var key = field["key"];
        var hasKey = IsKey(key.Text ?? "", key, problems);
        var values = new HashSet<string>(StringComparer.Ordinal);
        PolicyFields.CheckList(field["values"], problems);
        foreach (var value in field["values"].Elements)
        {
            if (IsValue(value, problems))
            {
                values.Add(value.Text!);
            }
        }

        if (!Enum.TryParse(Operators.FirstOrDefault(each => each == field["operator"].Text), out LabelOperator asked))
        {
            problems.Add(field["operator"], PolicyFields.NoneOf(field["operator"], "operator", Operators));
            return null;
        }

        var takesValues = asked is LabelOperator.In or LabelOperator.NotIn;
        if (takesValues != field["values"].Count > 0)
        {
            problems.Add(field["values"], $"{asked} has {(takesValues ? "no values; must have one" : "values; must have none")}");
            return null;
        }

        return hasKey ? new(key.Text!, asked, values.ToFrozenSet(StringComparer.Ordinal)) : null;
    }

    private static bool IsKey(string key, Field place, PolicyProblems problems)
    {
        var isKey = QualifiedName.IsValid(key);
        if (!isKey)
        {
            problems.Add(place, $"{Excerpt.Of(key)} is no key of a label; must be a name of at most 63 letters, digits, '-', '_' and '.', behind a domain and a '/' or without");
        }

        return isKey;
    }

    private static bool IsValue(Field value, PolicyProblems problems)
    {
        if (!value.IsString)
        {
            problems.Add(value, $"{Seen.Of(value)} is no text; must be one{(value.Text is null ? "" : ", in quotes")}");
        }
        else if (!QualifiedName.IsLabelValue(value.Text!))
        {
            problems.Add(value, $"{Seen.Of(value)} cannot be the value of a label; must be at most 63 letters, digits, '-', '_' and '.'");
        }
        else
        {
            return true;
        }

        return false;
    }
}
