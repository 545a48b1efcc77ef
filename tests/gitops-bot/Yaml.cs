using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>A reader of YAML that is not ours.</summary>
internal static partial class Yaml
{
    public static JsonNode Read(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        parser.Consume<StreamStart>();
        parser.Consume<DocumentStart>();
        var node = ReadNode(parser)!;
        parser.Consume<DocumentEnd>();
        parser.Consume<StreamEnd>();
        return node;
    }

    /// <summary>The documents of a stream; what refers to an anchor cannot be read.</summary>
    public static IReadOnlyList<JsonNode?> ReadAll(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        parser.Consume<StreamStart>();
        var documents = new List<JsonNode?>();
        while (!parser.TryConsume<StreamEnd>(out _))
        {
            parser.Consume<DocumentStart>();
            documents.Add(ReadNode(parser));
            parser.Consume<DocumentEnd>();
        }

        return documents;
    }

    /// <summary>By the core schema of YAML 1.2, as far as JSON goes: any other plain scalar is a text.</summary>
    private static JsonNode? ReadNode(Parser parser)
    {
        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return scalar.Style != ScalarStyle.Plain ? JsonValue.Create(scalar.Value)
                : scalar.Value is "null" or "~" or "" ? null
                : scalar.Value is "true" or "false" || Number().IsMatch(scalar.Value) ? JsonNode.Parse(scalar.Value)
                : JsonValue.Create(scalar.Value);
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            var list = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                list.Add(ReadNode(parser));
            }

            return list;
        }

        parser.Consume<MappingStart>();
        var map = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            map.Add(parser.Consume<Scalar>().Value, ReadNode(parser));
        }

        return map;
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]
    private static partial Regex Number();
}
