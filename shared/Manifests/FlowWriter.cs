namespace SelfHealGitOps.Manifests;

/// <summary>Writes values as flow collections; over several lines only where JSON is written so.</summary>
internal sealed class FlowWriter(FlowStyle style)
{
    private bool IsPretty => style.IsMultiLine && style.IsQuoted;

    /// <param name="indent">The white space with which the line begins that the value stands on.</param>
    public string Write(Value value, string indent, NodeStyle hint = NodeStyle.Plain) => value switch
    {
        Value.Map { Entries.Count: > 0 } map =>
            Wrap('{', '}', map.Entries.Select(entry => Entry(entry.Key, entry.Value, indent + style.Unit)), IsPretty, indent + style.Unit, indent),
        Value.List { Elements.Count: > 0 } list =>
            Wrap('[', ']', list.Elements.Select(element => Write(element, indent + style.Unit)), IsPretty, indent + style.Unit, indent),
        _ => ScalarWriter.Write(value, style.IsQuoted ? NodeStyle.DoubleQuoted : hint, inFlow: true),
    };

    public string Item(Addition addition, string indent, NodeStyle hint) =>
        addition.Key is null ? Write(addition.Value, indent, hint) : Entry(addition.Key, addition.Value, indent, hint);

    /// <summary>A whole collection, in the place of an empty one.</summary>
    public string Collection(IReadOnlyList<Addition> additions, string entryIndent, string closingIndent)
    {
        var isMap = additions[0].Key is not null;
        var items = additions.Select(addition => Item(addition, entryIndent, NodeStyle.Plain));
        return Wrap(isMap ? '{' : '[', isMap ? '}' : ']', items, style.IsMultiLine, entryIndent, closingIndent);
    }

    private string Entry(string key, Value value, string indent, NodeStyle hint = NodeStyle.Plain) =>
        ScalarWriter.Text(key, style.IsQuoted ? NodeStyle.DoubleQuoted : NodeStyle.Plain, inFlow: true) + style.Colon + Write(value, indent, hint);

    private string Wrap(char open, char close, IEnumerable<string> items, bool isMultiLine, string indent, string closingIndent)
    {
        var padding = open == '{' ? style.Padding : "";
        return isMultiLine
            ? $"{open}{style.Ending}{indent}{string.Join($",{style.Ending}{indent}", items)}{style.Ending}{closingIndent}{close}"
            : $"{open}{padding}{string.Join(style.Comma, items)}{padding}{close}";
    }
}
