using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>What came of reading a parameter. <see cref="Value"/> is null where the text makes none, which <see cref="Place"/> is to blame for.</summary>
/// <param name="Problem">Null where the shape alone is wrong.</param>
internal readonly record struct ReadValue<T>(T? Value, Field Place, string? Problem = null)
    where T : class;

/// <summary>Reads the values of parameters from a configuration.</summary>
internal static class ParameterReading
{
    public static ReadValue<string> Word(Field field) => new(field.IsString ? field.Text : null, field);

    public static ReadValue<WordList> Words(Field field)
    {
        var words = new List<string>();
        foreach (var element in field.Elements)
        {
            if (!element.IsString)
            {
                return new(null, element, "must be a text");
            }

            words.Add(element.Text!);
        }

        return new(field.IsList ? new WordList(words) : null, field);
    }

    public static ReadValue<Pattern> Pattern(Field field)
    {
        if (!field.IsString)
        {
            return new(null, field);
        }

        return Policy.Pattern.TryParse(field.Text!, out var pattern, out var problem) ? new(pattern, field) : new(null, field, problem);
    }

    public static ReadValue<PatternList> Patterns(Field field)
    {
        var patterns = new List<Pattern>();
        foreach (var element in field.Elements)
        {
            var read = Pattern(element);
            if (read.Value is null)
            {
                return new(null, element, read.Problem ?? "must be a regular expression");
            }

            patterns.Add(read.Value);
        }

        return new(field.IsList ? new PatternList(patterns) : null, field);
    }
}
