using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

/// <summary>Reads texts as policy files, over the catalogue and a rule with every kind of parameter.</summary>
internal static class PolicyText
{
    public static IReadOnlyList<Rule> Rules { get; } = [.. Catalogue.All, new ParameterRule()];

    public static PolicyReading Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    public static PolicyReading Read(byte[] bytes) => PolicyFile.Read(new SourceText("p.yaml", bytes), Rules);

    public static PolicyConfiguration Accept(string text) => Read(text) is PolicyReading.Refused refused
        ? throw new InvalidOperationException(string.Join('\n', refused.Problems))
        : ((PolicyReading.Accepted)Read(text)).Configuration;

    /// <summary>Each mistake on a line.</summary>
    public static string Refuse(string text) => Refuse(Encoding.UTF8.GetBytes(text));

    public static string Refuse(byte[] bytes) => string.Join('\n', Assert.IsType<PolicyReading.Refused>(Read(bytes)).Problems);
}

/// <summary>Finds objects by the values of its parameters, of which it has one of each kind.</summary>
internal sealed class ParameterRule : ObjectRule
{
    private static readonly Parameter<PatternList> Dirs = Parameter.Patterns("dirs", "What it looks for.", "^/etc$");
    private static readonly Parameter<Pattern> Name = Parameter.Pattern("name", "A name.", "^web$");
    private static readonly Parameter<WordList> Words = Parameter.Words("words", "Some words.", "a", "b");
    private static readonly Parameter<string> Word = Parameter.Word("word", "One word.", "a");
    private static readonly IntegerParameter Number = Parameter.Integer("number", "A number.", 3, 1, 10);
    private static readonly SwitchParameter Switch = Parameter.Switch("switch", "Whether.", false);

    private ParameterValues values = ParameterValues.None;

    public override IReadOnlyList<Parameter> Parameters => [Dirs, Name, Words, Word, Number, Switch];

    public string Text => string.Join(
        ' ', string.Join(',', values.Of(Dirs)), values.Of(Name), string.Join(',', values.Of(Words)), values.Of(Word), values.Of(Number), values.Of(Switch));

    protected override RuleInfo Definition { get; } =
        new("test-parameters", "Has parameters", "a test", "https://example.com/", Severity.Warning, Profiles.None, "a test");

    public override void Check(Subject subject, FindingList findings)
    {
    }

    protected override Rule Configure(ParameterValues given)
    {
        var rule = new ParameterRule { values = given };
        return rule;
    }
}
