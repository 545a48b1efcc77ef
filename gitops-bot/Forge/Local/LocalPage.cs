using System.Text;
using SelfHealGitOps.Bot.Install;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Forge.Local;

/// <summary>
/// A Markdown file with a front matter: lines of YAML between two lines of <c>---</c>. What people write into it stays:
/// a change replaces the lines of its key, and no others.
/// </summary>
internal sealed class LocalPage
{
    private const string Fence = "---";
    private const int MaxBytes = 1 << 20;

    private readonly string path;
    private readonly List<string> lines;

    private LocalPage(string path, List<string> lines, string body)
    {
        this.path = path;
        this.lines = lines;
        Body = body;
        Root = Parse();
    }

    public string Body { get; set; }

    public Field Root { get; private set; }

    /// <param name="fields">Keys, and values as YAML on one line.</param>
    public static LocalPage New(string path, IEnumerable<(string Key, string Yaml)> fields, string body) =>
        new(path, [.. fields.Select(field => $"{field.Key}: {field.Yaml}")], body);

    /// <exception cref="ForgeException">It is no such page, and a person has to look.</exception>
    public static LocalPage Read(string path)
    {
        // Somebody else's link could lead to somebody else's file.
        var info = new FileInfo(path);
        if (info.LinkTarget is not null || info.Length > MaxBytes)
        {
            throw Wrong(path, $"it is a link, or larger than {MaxBytes} bytes");
        }

        var text = File.ReadAllText(path).Replace("\r\n", "\n", StringComparison.Ordinal);
        var all = text.Split('\n').ToList();
        var end = all.Count > 0 && all[0].TrimEnd() == Fence ? all.FindIndex(1, line => line.TrimEnd() == Fence) : -1;
        return end < 0
            ? throw Wrong(path, "it does not begin with a front matter between two lines of ---")
            : new(path, all[1..end], string.Join('\n', all[(end + 1)..]).TrimStart('\n'));
    }

    public static string Quoted(string text) =>
        // Two braces would have the reader take the page for a template.
        YamlText.Quoted(text).Replace("{{", "\\u007b{", StringComparison.Ordinal);

    public static string QuotedList(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Quoted))}]";

    public Field this[string key] => Root[key];

    /// <summary>Empty where there is none.</summary>
    public string Text(string key) => Root[key].Text ?? "";

    public IReadOnlyList<string> Texts(string key)
    {
        var texts = new List<string>();
        foreach (var element in Root[key].Elements)
        {
            texts.Add(element.Text ?? throw Wrong(path, $"{key} holds what is no text"));
        }

        return texts;
    }

    public void Set(string key, string yaml)
    {
        var at = lines.FindIndex(line => line.StartsWith($"{key}:", StringComparison.Ordinal));
        if (at < 0)
        {
            lines.Add($"{key}: {yaml}");
        }
        else
        {
            var end = at + 1;
            while (end < lines.Count && lines[end] is [' ' or '-', ..])
            {
                end++;
            }

            lines.RemoveRange(at, end - at);
            lines.Insert(at, $"{key}: {yaml}");
        }

        Root = Parse();
    }

    public override string ToString() => $"{Fence}\n{string.Concat(lines.Select(line => line + "\n"))}{Fence}\n\n{Body.TrimEnd('\n')}\n";

    public ForgeException Wrong(string problem) => Wrong(path, problem);

    private Field Parse()
    {
        var source = new SourceText(path, Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        var reading = new ManifestReader().Read(source, isNamed: true).FirstOrDefault();
        return reading.Problem is { } problem ? throw Wrong(path, $"its front matter cannot be read: {problem.Message}")
            : reading.Document?.Root is { IsMap: true } map ? map
            : throw Wrong(path, "its front matter is no map of YAML");
    }

    private static ForgeException Wrong(string path, string problem) =>
        new("local forge", $"reading {path}", problem, "mend the file or take it away", isTransient: false);
}
