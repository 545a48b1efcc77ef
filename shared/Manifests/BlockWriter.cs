using System.Text;

namespace SelfHealGitOps.Manifests;

/// <summary>How the block collections around a place are laid out.</summary>
/// <param name="Step">Columns from a key to the keys of its map.</param>
/// <param name="ListOffset">Columns from a key to the dashes of its list: 0 where they are flush.</param>
internal readonly record struct BlockStyle(int Step, int ListOffset);

/// <summary>Writes values as block collections, whole lines with their endings. Empty collections have no block form and are written as <c>{}</c> and <c>[]</c>.</summary>
internal sealed class BlockWriter(BlockStyle style, string ending)
{
    private readonly StringBuilder text = new();

    public static bool IsInline(Value value) => value is not (Value.Map { Entries.Count: > 0 } or Value.List { Elements.Count: > 0 });

    public override string ToString() => text.ToString();

    /// <summary><c>key: value</c>, indented unless it goes on a line that is begun already.</summary>
    public BlockWriter Entry(int column, string key, Value value, NodeStyle keyStyle = NodeStyle.Plain, NodeStyle style = NodeStyle.Plain, bool isIndented = true)
    {
        Indent(column, isIndented).Append(ScalarWriter.Text(key, keyStyle, inFlow: false)).Append(':');
        if (IsInline(value))
        {
            text.Append(' ').Append(ScalarWriter.Write(value, style, inFlow: false)).Append(ending);
            return this;
        }

        text.Append(ending);
        return Below(column, value);
    }

    /// <summary>The lines of a map or list that is the value of a key in this column.</summary>
    public BlockWriter Below(int keyColumn, Value value) =>
        Lines(keyColumn + (value is Value.Map ? style.Step : style.ListOffset), value, isIndented: true);

    /// <summary><c>- value</c>, with so many spaces after the dash.</summary>
    public BlockWriter Element(int column, Value value, int gap = 1, NodeStyle style = NodeStyle.Plain, bool isIndented = true)
    {
        Indent(column, isIndented).Append('-').Append(' ', gap);
        if (!IsInline(value))
        {
            return Lines(column + 1 + gap, value, isIndented: false);
        }

        text.Append(ScalarWriter.Write(value, style, inFlow: false)).Append(ending);
        return this;
    }

    /// <summary>The entries or elements, all in this column.</summary>
    public BlockWriter Lines(int column, Value value, bool isIndented)
    {
        if (value is Value.Map(var entries))
        {
            foreach (var (key, inner) in entries)
            {
                Entry(column, key, inner, isIndented: isIndented);
                isIndented = true;
            }
        }
        else if (value is Value.List(var elements))
        {
            foreach (var element in elements)
            {
                Element(column, element, isIndented: isIndented);
                isIndented = true;
            }
        }

        return this;
    }

    private StringBuilder Indent(int column, bool isIndented) => isIndented ? text.Append(' ', column) : text;
}
