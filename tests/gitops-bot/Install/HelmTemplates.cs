using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Tests.Install;

/// <summary>
/// Renders the part of Helm's templates that the chart uses, and throws at everything else: text, trimmed actions, comments,
/// if, else, with, range over lists, define, and pipelines of the functions below. What would print nothing for a missing
/// value throws as well.
/// </summary>
internal sealed class HelmTemplates
{
    private readonly Dictionary<string, List<Node>> defined = new(StringComparer.Ordinal);
    private readonly JsonObject root;

    /// <param name="root">Values, Release and Chart.</param>
    public HelmTemplates(JsonObject root) => this.root = root;

    /// <summary>Parses a file: what it defines can be included from then on, what else it holds can be rendered.</summary>
    public Func<string> Add(string text)
    {
        var tokens = new Queue<Token>(Split(text));
        var nodes = Parse(tokens, isInside: false);
        return () => Render(nodes, root);
    }

    private abstract record Node
    {
        public sealed record Text(string Content) : Node;

        public sealed record Output(string Pipeline) : Node;

        public sealed record Block(string Keyword, string Condition, List<Node> Then, List<Node> Else) : Node;
    }

    private sealed record Token(bool IsAction, string Content);

    private static IEnumerable<Token> Split(string text)
    {
        var trims = false;
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf("{{", at, StringComparison.Ordinal);
            var literal = open < 0 ? text[at..] : text[at..open];
            literal = trims ? literal.TrimStart(' ', '\t', '\r', '\n') : literal;
            if (open < 0)
            {
                yield return new(false, literal);
                yield break;
            }

            var close = text.IndexOf("}}", open, StringComparison.Ordinal);
            var action = close < 0 ? throw new InvalidDataException("an action without its end") : text[(open + 2)..close];
            if (action.StartsWith("- ", StringComparison.Ordinal))
            {
                literal = literal.TrimEnd(' ', '\t', '\r', '\n');
                action = action[1..];
            }

            trims = action.EndsWith(" -", StringComparison.Ordinal);
            action = (trims ? action[..^1] : action).Trim();
            yield return new(false, literal);
            if (!action.StartsWith("/*", StringComparison.Ordinal))
            {
                yield return new(true, action);
            }

            at = close + 2;
        }
    }

    private List<Node> Parse(Queue<Token> tokens, bool isInside)
    {
        var nodes = new List<Node>();
        while (tokens.TryPeek(out var token))
        {
            var (keyword, rest) = Word(token.Content);
            if (token.IsAction && keyword is "end" or "else")
            {
                return isInside ? nodes : throw new InvalidDataException($"'{token.Content}' outside of a block");
            }

            tokens.Dequeue();
            switch (token.IsAction ? keyword : null)
            {
                case null:
                    nodes.Add(new Node.Text(token.Content));
                    break;
                case "define":
                    defined.Add(rest.Trim('"'), Parse(tokens, isInside: true));
                    End(tokens);
                    break;
                case "if" or "with" or "range":
                    nodes.Add(Block(keyword, rest, tokens));
                    break;
                default:
                    nodes.Add(new Node.Output(token.Content));
                    break;
            }
        }

        return isInside ? throw new InvalidDataException("a block without its end") : nodes;
    }

    private Node.Block Block(string keyword, string condition, Queue<Token> tokens)
    {
        var then = Parse(tokens, isInside: true);
        List<Node> otherwise = [];
        if (Word(tokens.Peek().Content) is ("else", var rest))
        {
            tokens.Dequeue();
            if (rest.Length > 0)
            {
                throw new InvalidDataException($"'else {rest}' is not among what is rendered here");
            }

            otherwise = Parse(tokens, isInside: true);
        }

        End(tokens);
        return new(keyword, condition, then, otherwise);
    }

    private static void End(Queue<Token> tokens)
    {
        if (tokens.Dequeue().Content != "end")
        {
            throw new InvalidDataException("a second else");
        }
    }

    private static (string Keyword, string Remainder) Word(string action)
    {
        var space = action.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (action, "") : (action[..space], action[(space + 1)..].Trim());
    }

    private string Render(List<Node> nodes, JsonNode? dot)
    {
        var text = new StringBuilder();
        foreach (var node in nodes)
        {
            switch (node)
            {
                case Node.Text(var content):
                    text.Append(content);
                    break;
                case Node.Output(var pipeline):
                    text.Append(Print(Evaluate(pipeline, dot)));
                    break;
                case Node.Block(var keyword, var condition, var then, var otherwise):
                    var value = Evaluate(condition, dot);
                    if (!IsTrue(value))
                    {
                        text.Append(Render(otherwise, dot));
                    }
                    else if (keyword == "range")
                    {
                        foreach (var element in value as JsonArray ?? throw new InvalidDataException($"range over '{condition}', which is no list"))
                        {
                            text.Append(Render(then, element));
                        }
                    }
                    else
                    {
                        text.Append(Render(then, keyword == "with" ? value : dot));
                    }

                    break;
            }
        }

        return text.ToString();
    }

    private static string Print(JsonNode? value) => value switch
    {
        JsonValue scalar when scalar.TryGetValue(out string? text) => text,
        JsonValue scalar => scalar.ToJsonString(),
        _ => throw new InvalidDataException(value is null ? "a value that is not there is printed" : $"{value.ToJsonString()} is printed"),
    };

    private static bool IsTrue(JsonNode? value) => value switch
    {
        null => false,
        JsonArray list => list.Count > 0,
        JsonObject map => map.Count > 0,
        JsonValue scalar when scalar.TryGetValue(out bool boolean) => boolean,
        JsonValue scalar when scalar.TryGetValue(out string? text) => text.Length > 0,
        _ => value.ToJsonString() != "0",
    };

    private JsonNode? Evaluate(string pipeline, JsonNode? dot)
    {
        var words = new Queue<string>(Words(pipeline));
        var value = Pipeline(words, dot);
        return words.Count == 0 ? value : throw new InvalidDataException($"'{pipeline}' goes on after its end");
    }

    private JsonNode? Pipeline(Queue<string> words, JsonNode? dot)
    {
        var value = Command(words, dot, piped: null);
        while (words.TryPeek(out var word) && word == "|")
        {
            words.Dequeue();
            value = Command(words, dot, [value]);
        }

        return value;
    }

    private JsonNode? Command(Queue<string> words, JsonNode? dot, JsonNode?[]? piped)
    {
        var first = words.Dequeue();
        if (!char.IsAsciiLetter(first[0]) || first is "true" or "false")
        {
            return piped is null ? Operand(first, words, dot) : throw new InvalidDataException($"'{first}' takes no value from a pipe");
        }

        var arguments = new List<JsonNode?>();
        while (words.TryPeek(out var word) && word is not ("|" or ")"))
        {
            words.Dequeue();
            arguments.Add(Operand(word, words, dot));
        }

        return Call(first, [.. arguments, .. piped ?? []]);
    }

    private JsonNode? Operand(string word, Queue<string> words, JsonNode? dot)
    {
        if (word == "(")
        {
            var value = Pipeline(words, dot);
            return words.Dequeue() == ")" ? value : throw new InvalidDataException("a parenthesis without its end");
        }

        return word[0] switch
        {
            '"' => JsonNode.Parse(word),
            '.' => word[1..].Split('.', StringSplitOptions.RemoveEmptyEntries).Aggregate(dot, Member),
            >= '0' and <= '9' => JsonValue.Create(long.Parse(word, CultureInfo.InvariantCulture)),
            _ when word is "true" or "false" => JsonValue.Create(word == "true"),
            _ => throw new InvalidDataException($"'{word}' is not among what is rendered here"),
        };
    }

    /// <summary>Every value is in values.yaml, be it empty: what is not there is misspelt.</summary>
    private static JsonNode? Member(JsonNode? at, string name) =>
        at is JsonObject map && map.ContainsKey(name) ? map[name] : throw new InvalidDataException($"there is no '{name}'");

    private JsonNode? Call(string function, JsonNode?[] arguments) => (function, arguments) switch
    {
        ("default", [var otherwise, var value]) => IsTrue(value) ? value : otherwise,
        ("quote", [var value]) => JsonValue.Create(JsonValue.Create(Print(value)).ToJsonString(Readable)),
        ("toYaml", [var value]) => JsonValue.Create(value!.ToJsonString(Readable)),
        ("nindent", [var columns, var text]) => JsonValue.Create("\n" + Pad((int)(long)columns!, Print(text))),
        ("include", [var name, var dot]) => JsonValue.Create(Render(defined[Print(name)], dot)),
        ("eq", [var left, var right]) => JsonValue.Create(Print(left) == Print(right)),
        ("not", [var value]) => JsonValue.Create(!IsTrue(value)),
        ("and", [.., _]) => arguments.FirstOrDefault(value => !IsTrue(value), arguments[^1]),
        ("or", [.., _]) => arguments.FirstOrDefault(IsTrue, arguments[^1]),
        ("printf", [var format, var value]) => JsonValue.Create(Print(format).Replace("%s", Print(value), StringComparison.Ordinal)),
        ("fail", [var message]) => throw new HelmFailureException(Print(message)),
        _ => throw new InvalidDataException($"the function {function} with {arguments.Length} arguments is not among what is rendered here"),
    };

    private static readonly System.Text.Json.JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Sprig moves every line, empty ones too.</summary>
    private static string Pad(int columns, string text)
    {
        var space = new string(' ', columns);
        return space + text.Replace("\n", "\n" + space, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Words(string pipeline)
    {
        for (var at = 0; at < pipeline.Length;)
        {
            var from = at;
            switch (pipeline[at])
            {
                case ' ':
                    at++;
                    continue;
                case '(' or ')' or '|':
                    at++;
                    break;
                case '"':
                    at = pipeline.IndexOf('"', at + 1) + 1;
                    break;
                default:
                    while (at < pipeline.Length && pipeline[at] is not (' ' or '(' or ')' or '|'))
                    {
                        at++;
                    }

                    break;
            }

            yield return pipeline[from..at];
        }
    }
}

/// <summary>The chart's own refusal of values that make no sense.</summary>
internal sealed class HelmFailureException(string message) : Exception(message);
