namespace SelfHealGitOps.Tests.Fuzz;

/// <summary>Damages texts the way people, tools and attackers do; the same seed does the same damage.</summary>
internal sealed class Mutator(int seed)
{
    /// <summary>Pieces that mean something to YAML, JSON, templates or a rule.</summary>
    private static readonly string[] Tokens =
    [
        ":", ": ", "- ", "-", "?", "? ", "#", " #", "&a ", "*a", "<<: *a", "!!str ", "!x ", "|", ">", "|-\n", ">+2\n", "{", "}", "[", "]", ",", "\"", "'",
        "\n", "\r\n", "\r", "\t", "\n\n", "---\n", "...\n", "--- ", "%YAML 1.1\n", "{{ .Values.x }}", "${X}", "~", "null", "yes", "on", "0644", "1e400", ".inf",
        "0x1F", "1_000", "\uFEFF", "\0", "\u0085", "\u2028", "é", "💥", "\ud83d", "containers:", "name: web", "securityContext:", "privileged: true",
        "kind: List", "items:", "apiVersion: v1\n", "kind: Pod\n", "  ", "        ", "99999999999999999999", "image: x:latest@sha256:", "host:5000/x",
    ];

    private readonly Random random = new(seed);

    public string Mutate(string text, string other)
    {
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            text = MutateOnce(text, other);
        }

        return text.Length > 100_000 ? text[..100_000] : text;
    }

    private string MutateOnce(string text, string other)
    {
        var (from, to) = Range(text);
        return random.Next(11) switch
        {
            0 => text.Remove(from, to - from),
            1 => text.Insert(from, Tokens[random.Next(Tokens.Length)]),
            2 => string.Concat(text.AsSpan(0, from), Tokens[random.Next(Tokens.Length)], text.AsSpan(to)),
            3 => text.Insert(from, text[from..to]),
            4 => text.Insert(from, Piece(other)),
            5 => ChangeLine(text, line => new string(' ', random.Next(12)) + line.TrimStart()),
            6 => ChangeLine(text, line => line + " " + Tokens[random.Next(Tokens.Length)]),
            7 => ChangeLine(text, _ => ""),
            8 => text.ReplaceLineEndings(random.Next(2) == 0 ? "\r\n" : "\n"),
            9 => ChangeLine(text, line => line.Contains(": ", StringComparison.Ordinal) ? line[..(line.IndexOf(": ", StringComparison.Ordinal) + 2)] + Tokens[random.Next(Tokens.Length)] : line),
            _ => text.TrimEnd(),
        };
    }

    private string ChangeLine(string text, Func<string, string> change)
    {
        var lines = text.Split('\n');
        var at = random.Next(lines.Length);
        lines[at] = change(lines[at]);
        return string.Join('\n', lines);
    }

    private string Piece(string text)
    {
        var (from, to) = Range(text);
        return text[from..to];
    }

    private (int From, int To) Range(string text)
    {
        var from = random.Next(text.Length + 1);
        return (from, Math.Min(text.Length, from + random.Next(40)));
    }
}
