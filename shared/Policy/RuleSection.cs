using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>What <c>rules</c> says: which rules are on and off, and all rules as the owner has them.</summary>
/// <param name="Rules">The catalogue in its order, then the owner's own.</param>
internal sealed record RuleSection(IReadOnlyList<Rule> Rules, IReadOnlyDictionary<string, bool> Switches)
{
    private const string LikeKey = "like";

    internal static readonly string[] BuiltInKeys = ["severity", "parameters"];
    internal static readonly string[] OwnKeys = ["like", "title", "severity", "parameters"];
    internal static readonly string[] Words = ["off", "on", "info", "warning", "error"];

    /// <summary>A severity as the file says it.</summary>
    public static string WordOf(Severity severity) => severity.ToString().ToLowerInvariant();

    public static RuleSection Read(Field field, IReadOnlyList<Rule> catalogue, PolicyProblems problems)
    {
        var rules = catalogue.ToList();
        var switches = new Dictionary<string, bool>(StringComparer.Ordinal);
        if (!PolicyFields.IsMap(field, problems))
        {
            return new(rules, switches);
        }

        foreach (var entry in field.Entries)
        {
            var (id, value) = (entry.Key, entry.Value);
            switches[id] = !IsOff(value.IsMap ? value["severity"] : value);
            var at = Find(catalogue, id);
            if (at >= 0)
            {
                rules[at] = Change(catalogue[at], value, problems);
            }
            else if (value[LikeKey].Exists && Own(id, value, catalogue, problems) is { } own)
            {
                rules.Add(own);
            }
            else if (!value[LikeKey].Exists)
            {
                var hint = Nearest.Hint(id, catalogue.Select(rule => rule.Info.Id));
                problems.Add(value, $"there is no rule {Excerpt.Of(id)}{(hint.Length > 0 ? hint : "; a rule of one's own names a built-in one with 'like'")}");
            }
        }

        return new(rules, switches);
    }

    private static int Find(IReadOnlyList<Rule> catalogue, string id)
    {
        for (var i = 0; i < catalogue.Count; i++)
        {
            if (catalogue[i].Info.Id == id)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>A built-in rule with what the owner has changed of it.</summary>
    private static Rule Change(Rule rule, Field value, PolicyProblems problems)
    {
        if (value[LikeKey].IsWritten)
        {
            problems.Add(value[LikeKey], $"'{rule.Info.Id}' is a built-in rule; a rule of one's own must have another id");
        }

        if (value.IsMap)
        {
            PolicyFields.CheckMap(value, problems, value[LikeKey].IsWritten ? OwnKeys : BuiltInKeys);
            rule = rule.With(ReadParameters(value["parameters"], rule, problems));
        }

        var severity = ReadSeverity(value.IsMap ? value["severity"] : value, value.IsMap, problems);
        return severity is null || severity == rule.Info.Severity ? rule : rule.As(rule.Info with { Severity = severity.Value });
    }

    private static Rule? Own(string id, Field value, IReadOnlyList<Rule> catalogue, PolicyProblems problems)
    {
        if (!PolicyFields.IsKebab(id))
        {
            problems.Add(value, "an id must be of lower-case letters, digits and dashes between them, and at most 63 of them");
        }

        PolicyFields.CheckMap(value, problems, OwnKeys);
        var title = PolicyFields.TextOf(value["title"], problems);
        var severity = ReadSeverity(value["severity"], isOptional: true, problems);
        if (PolicyFields.TextOf(value[LikeKey], problems) is not { } like)
        {
            return null;
        }

        if (Find(catalogue, like) is var at && at < 0)
        {
            problems.Add(value[LikeKey], PolicyFields.Unknown("rule", like, catalogue.Select(rule => rule.Info.Id)));
            return null;
        }

        var model = catalogue[at].With(ReadParameters(value["parameters"], catalogue[at], problems));
        return model.As(model.Info with
        {
            Id = id,
            Title = title ?? model.Info.Title,
            Severity = severity ?? model.Info.Severity,
            Profiles = Profiles.None,
            Replaces = null,
            SaidBy = [],
        });
    }

    /// <summary>YAML 1.1 reads <c>off</c> and <c>on</c> as booleans, and so do we.</summary>
    private static bool IsOff(Field word) => word.IsFalse || word.Is("off"u8);

    /// <returns>Null where the word leaves the severity as it is.</returns>
    private static Severity? ReadSeverity(Field word, bool isOptional, PolicyProblems problems)
    {
        if (isOptional && !word.Exists)
        {
            return null;
        }

        switch (word.Text)
        {
            case "info":
                return Severity.Info;
            case "warning":
                return Severity.Warning;
            case "error":
                return Severity.Error;
        }

        if (word.Kind != NodeKind.Boolean && word.Text is not ("on" or "off"))
        {
            var seen = word.IsWritten ? Seen.Of(word) : "nothing";
            var hint = word.IsString ? Nearest.Hint(word.Text!, Words) : "";
            problems.Add(word, $"{seen} is no severity{(hint.Length > 0 ? hint : $"; must be {string.Join(", ", Words[..^1])} or {Words[^1]}{(isOptional ? "" : ", or a map")}")}");
        }

        return null;
    }

    private static ParameterValues ReadParameters(Field field, Rule rule, PolicyProblems problems)
    {
        if (!PolicyFields.IsMap(field, problems))
        {
            return ParameterValues.None;
        }

        var values = new Dictionary<Parameter, object>();
        foreach (var entry in field.Entries)
        {
            if (rule.Parameters.FirstOrDefault(parameter => parameter.Name == entry.Key) is not { } parameter)
            {
                problems.Add(entry.Value, rule.Parameters.Count == 0
                    ? $"the rule {rule.Info.Id} has no parameters"
                    : PolicyFields.Unknown("parameter", entry.Key, rule.Parameters.Select(parameter => parameter.Name)));
            }
            else if (parameter.Read(entry.Value, out var place, out var problem) is { } value)
            {
                values[parameter] = value;
            }
            else
            {
                problems.Add(place, $"{Seen.Of(place)}: {problem}");
            }
        }

        return new(values);
    }
}
