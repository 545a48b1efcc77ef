using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>Something that the owner may set of a rule.</summary>
public abstract class Parameter(string name, string meaning)
{
    /// <summary>As in the configuration: camelCase, kube-linter's own name in a rule that keeps its id.</summary>
    public string Name { get; } = name;

    /// <summary>What it changes, in a phrase; also the description in the JSON Schema.</summary>
    public string Meaning { get; } = meaning;

    /// <summary>The shape that the configuration wants, in words, for errors: <c>a list of regular expressions</c>.</summary>
    public abstract string Shape { get; }

    /// <summary>The default as the configuration would write it.</summary>
    public abstract Value Default { get; }

    /// <summary>Reads the value that the configuration gives.</summary>
    /// <returns>Null, with where it is wrong and why, when the value has another shape or makes no sense.</returns>
    internal abstract object? Read(Field field, out Field place, out string problem);

    public static Parameter<PatternList> Patterns(string name, string meaning, params string[] standard) => new(
        name,
        meaning,
        "a list of regular expressions",
        new Value.List([.. standard.Select(pattern => (Value)pattern)]),
        PatternList.Of(standard),
        ParameterReading.Patterns);

    public static Parameter<Pattern> Pattern(string name, string meaning, string standard) => new(
        name, meaning, "a regular expression", standard, new Pattern(standard), ParameterReading.Pattern);

    public static Parameter<WordList> Words(string name, string meaning, params string[] standard) => new(
        name,
        meaning,
        "a list of texts",
        new Value.List([.. standard.Select(word => (Value)word)]),
        new WordList(standard),
        ParameterReading.Words);

    public static Parameter<string> Word(string name, string meaning, string standard) => new(
        name, meaning, "a text", standard, standard, ParameterReading.Word);

    /// <summary>One of a few words, compared as they are written.</summary>
    public static Parameter<string> Choice(string name, string meaning, string standard, params string[] choices) => new(
        name,
        meaning,
        $"one of {string.Join(", ", choices)}",
        standard,
        standard,
        field => new(field.IsString && Array.IndexOf(choices, field.Text) >= 0 ? field.Text : null, field));

    public static IntegerParameter Integer(string name, string meaning, long standard, long least, long most) =>
        new(name, meaning, standard, least, most);

    public static SwitchParameter Switch(string name, string meaning, bool standard) => new(name, meaning, standard);
}

/// <summary>A parameter whose value is of one type.</summary>
public sealed class Parameter<T> : Parameter
    where T : class
{
    private readonly Func<Field, ReadValue<T>> read;

    internal Parameter(string name, string meaning, string shape, Value standard, T value, Func<Field, ReadValue<T>> read)
        : base(name, meaning)
    {
        Shape = shape;
        Default = standard;
        DefaultValue = value;
        this.read = read;
    }

    public override string Shape { get; }

    public override Value Default { get; }

    public T DefaultValue { get; }

    internal override object? Read(Field field, out Field place, out string problem)
    {
        var result = read(field);
        (place, problem) = (result.Place, result.Problem ?? $"must be {Shape}");
        return result.Value;
    }
}

/// <summary>A whole number within bounds, both of which count.</summary>
public sealed class IntegerParameter(string name, string meaning, long standard, long least, long most) : Parameter(name, meaning)
{
    public long Least => least;

    public long Most => most;

    public long DefaultValue => standard;

    public override string Shape => $"a whole number from {least} to {most}";

    public override Value Default => standard;

    internal override object? Read(Field field, out Field place, out string problem)
    {
        (place, problem) = (field, $"must be {Shape}");
        return field.Integer is { } number && number >= least && number <= most ? number : null;
    }
}

/// <summary>Something that is on or off.</summary>
public sealed class SwitchParameter(string name, string meaning, bool standard) : Parameter(name, meaning)
{
    public bool DefaultValue => standard;

    public override string Shape => "true or false";

    public override Value Default => standard;

    internal override object? Read(Field field, out Field place, out string problem)
    {
        (place, problem) = (field, $"must be {Shape}");
        return field.Kind == NodeKind.Boolean ? field.IsTrue : null;
    }
}
