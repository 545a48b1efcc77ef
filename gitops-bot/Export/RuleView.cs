using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Export;

/// <summary>A rule with what has been decided about it: the version to judge by, and the values of its parameters.</summary>
internal sealed record RuleView(Rule Rule, PolicySettings Settings)
{
    public PssVersion Version => Settings.PssVersion;

    public string Word(string name) => Rule.Values.Of(Find<Parameter<string>>(name));

    public WordList Words(string name) => Rule.Values.Of(Find<Parameter<WordList>>(name));

    public Pattern Pattern(string name) => Rule.Values.Of(Find<Parameter<Pattern>>(name));

    public PatternList Patterns(string name) => Rule.Values.Of(Find<Parameter<PatternList>>(name));

    public long Integer(string name) => Rule.Values.Of(Find<IntegerParameter>(name));

    /// <summary>True where the owner has not touched it.</summary>
    public bool IsStandard(string name) => Find<Parameter<PatternList>>(name) is var parameter && ReferenceEquals(Rule.Values.Of(parameter), parameter.DefaultValue);

    private T Find<T>(string name)
        where T : Parameter => Rule.Parameters.OfType<T>().Single(parameter => parameter.Name == name);
}
