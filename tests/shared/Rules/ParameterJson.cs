using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Tests.Rules;

/// <summary>Values of parameters as a configuration would give them, written in JSON.</summary>
internal static class ParameterJson
{
    public static object Read(Parameter parameter, string json) =>
        parameter.Read(Field(json), out var place, out var problem)
        ?? throw new InvalidOperationException($"{parameter.Name}: {problem}: '{place}'");

    /// <summary>A place with this value in a document of its own.</summary>
    public static Field Field(string json) => new ManifestReader()
        .Read(new SourceText("parameter.yaml", Encoding.UTF8.GetBytes($"{{\"value\": {json}}}")), isNamed: true)
        .First().Document.Root["value"];

    /// <summary>What was read, as a configuration would write it.</summary>
    public static Value Write(object value) => value switch
    {
        string text => text,
        long number => number,
        bool isOn => isOn,
        Pattern pattern => pattern.Text,
        WordList words => new Value.List([.. words.Select(word => (Value)word)]),
        PatternList patterns => new Value.List([.. patterns.Select(pattern => (Value)pattern.Text)]),
        _ => throw new InvalidOperationException($"no parameter is a {value.GetType().Name}"),
    };
}
