using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SelfHealGitOps.Tests.Manifests;

/// <summary>Writes random small documents in random styles. The same seed gives the same text.</summary>
[SuppressMessage("Security", "CA5394", Justification = "a seed has to give the same text again")]
internal sealed class StyledText
{
    private static readonly string[] Keys = ["a", "b", "c", "d", "e", "name", "app.kubernetes.io/x", "\"q k\"", "'z'"];
    private static readonly string[] Scalars =
        ["1", "x", "'it''s'", "\"a\\nb\"", "true", "0x1F", "x#y", "a b  c", "http://h:1/p", "\"# no\"", "12:30", "ü🚀", "-1.50"];

    private static readonly string[] FlowScalars = ["1", "x", "'it''s'", "\"a\\nb\"", "true", "\"k, {\"", "~", "null"];

    private readonly Random random;
    private readonly StringBuilder text = new();
    private readonly int step;
    private readonly int listOffset;
    private readonly int gap;
    private int comments;

    private StyledText(int seed)
    {
        random = new Random(seed);
        step = random.Next(1, 5);
        listOffset = Chance(2) ? 0 : random.Next(1, 4);
        gap = Chance(4) ? 3 : 1;
    }

    public static string Write(int seed)
    {
        var styled = new StyledText(seed);
        if (styled.Chance(5))
        {
            styled.Json(0, isPretty: styled.Chance(2));
            return styled.text.Append('\n').ToString();
        }

        styled.Lead(0);
        styled.Map(0, 0, isIndented: true);
        var written = styled.text.ToString();
        written = styled.Chance(4) ? written.TrimEnd('\n') : written;
        written = styled.Chance(3) ? written.Replace("\n", "\r\n", StringComparison.Ordinal) : written;
        return styled.Chance(6) ? "\uFEFF" + written : written;
    }

    private bool Chance(int of) => random.Next(of) == 0;

    private string Pick(string[] from) => from[random.Next(from.Length)];

    private void Lead(int column)
    {
        if (Chance(8))
        {
            text.Append(' ', Chance(3) ? column : 0).Append('\n');
        }

        if (Chance(6))
        {
            text.Append(' ', column).Append("# c").Append(comments++).Append('\n');
        }
    }

    private void EndLine() => text.Append(Chance(5) ? $" # c{comments++}" : Chance(8) ? "  " : "").Append('\n');

    private void Map(int column, int depth, bool isIndented)
    {
        var keys = Keys.OrderBy(_ => random.Next()).Take(random.Next(1, 6)).ToList();
        if (Chance(3))
        {
            keys.Sort(StringComparer.Ordinal);
        }

        foreach (var key in keys)
        {
            if (isIndented)
            {
                Lead(column);
                text.Append(' ', column);
            }

            isIndented = true;
            text.Append(key).Append(Chance(9) && key[0] != '"' ? " :" : ":");
            Value(column, depth + 1, ofKey: true);
        }
    }

    private void List(int column, int depth, bool isIndented)
    {
        for (var left = random.Next(1, 4); left > 0; left--)
        {
            if (isIndented)
            {
                Lead(column);
                text.Append(' ', column);
            }

            isIndented = true;
            text.Append('-');
            Value(column, depth + 1, ofKey: false);
        }
    }

    private void Value(int column, int depth, bool ofKey)
    {
        var kind = random.Next(depth > 4 ? 7 : 14);
        switch (kind)
        {
            case 0:
                text.Append(Chance(2) ? "" : Chance(2) ? " null" : " ~");
                EndLine();
                break;
            case 1:
                text.Append(Chance(2) ? " {}" : " []");
                EndLine();
                break;
            case 2:
                text.Append(' ');
                Flow(2);
                EndLine();
                break;
            case 3:
                BlockScalar(column + (ofKey ? 0 : 1));
                break;
            case < 8:
                text.Append(' ', random.Next(1, 3)).Append(Pick(Scalars));
                EndLine();
                break;
            case < 12 when ofKey:
                EndLine();
                Lead(column + step);
                Map(column + step, depth, isIndented: true);
                break;
            case < 12:
                text.Append(' ', gap);
                Map(column + 1 + gap, depth, isIndented: false);
                break;
            default:
                if (ofKey)
                {
                    EndLine();
                    List(column + listOffset, depth, isIndented: true);
                    break;
                }

                text.Append(' ', gap);
                List(column + 1 + gap, depth, isIndented: false);
                break;
        }
    }

    private void BlockScalar(int column)
    {
        text.Append(' ').Append(Chance(2) ? '|' : '>').Append(Chance(3) ? "-" : Chance(4) ? "+" : "").Append('\n');
        for (var left = random.Next(1, 3); left > 0; left--)
        {
            text.Append(' ', column + step).Append(Chance(3) ? "# text\n" : "text: x\n");
            text.Append(Chance(4) ? "\n" : "");
        }

        text.Append(Chance(4) ? "\n\n" : "");
    }

    private void Flow(int depth)
    {
        var isMap = Chance(2);
        var padding = isMap && Chance(3) ? " " : "";
        text.Append(isMap ? '{' : '[').Append(padding);
        var count = random.Next(1, 4);
        for (var i = 0; i < count; i++)
        {
            text.Append(i > 0 ? ", " : "").Append(isMap ? $"{"kmp"[i]}: " : "");
            if (depth > 0 && Chance(4))
            {
                Flow(depth - 1);
            }
            else
            {
                text.Append(Pick(FlowScalars));
            }
        }

        text.Append(Chance(6) ? "," : "").Append(padding).Append(isMap ? '}' : ']');
    }

    private void Json(int depth, bool isPretty)
    {
        var isMap = depth == 0 || Chance(2);
        var count = random.Next(depth == 0 ? 1 : 0, 5);
        text.Append(isMap ? '{' : '[');
        for (var i = 0; i < count; i++)
        {
            text.Append(i > 0 ? "," : "").Append(isPretty ? "\n" : "").Append('\t', isPretty ? depth + 1 : 0);
            text.Append(isMap ? $"\"{"acbde"[i]}\":{(isPretty ? " " : "")}" : "");
            if (depth < 4 && Chance(2))
            {
                Json(depth + 1, isPretty);
            }
            else
            {
                text.Append(Pick(["1", "null", "\"x\"", "true", "\"\\u00e9\\n\"", "1.5e3"]));
            }
        }

        text.Append(isPretty && count > 0 ? "\n" : "").Append('\t', isPretty && count > 0 ? depth : 0).Append(isMap ? '}' : ']');
    }
}
