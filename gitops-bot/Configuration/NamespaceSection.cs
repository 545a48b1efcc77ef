using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>What <c>namespaces</c> says. A class that is named has these signs in place of the standard ones; others keep theirs.</summary>
internal static class NamespaceSection
{
    /// <summary>The heaviest first.</summary>
    public static readonly (string Word, NamespaceClass Value)[] Classes =
        [.. Enum.GetValues<NamespaceClass>().Reverse().Select(@class => (NamespaceClasses.Word(@class), @class))];

    private const string NamePattern = "^[a-z0-9*?]([a-z0-9*?-]{0,61}[a-z0-9*?])?$";

    private const string LabelPattern =
        "^([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?=[A-Za-z0-9*?]([A-Za-z0-9*?_.-]{0,61}[A-Za-z0-9*?])?$";

    public static JsonObject Schema() => SchemaShapes.Map(
        "What namespaces are for, by name or label. Where several hold, the heaviest; where none does, production.",
        [.. Classes.Select(@class => (@class.Word, SchemaShapes.List(
            $"Namespaces of class {@class.Word}, in place of the standard ones.",
            SchemaShapes.Filled(SchemaShapes.Text("A name (* and ? as usual), or a label as key=value.", $"{NamePattern}|{LabelPattern}")))))]);

    public static NamespaceClasses Read(Field field, ConfigurationFields fields)
    {
        if (!fields.IsMap(field, [.. Classes.Select(@class => @class.Word)]))
        {
            return NamespaceClasses.Default;
        }

        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        var signs = new List<NamespaceSign>();
        foreach (var (word, @class) in Classes)
        {
            if (!field[word].Exists)
            {
                signs.AddRange(NamespaceClasses.Default.Signs.Where(sign => sign.Class == @class));
            }

            foreach (var (text, place) in fields.TextsOf(field[word]))
            {
                if (!seen.TryAdd(text, word))
                {
                    fields.Report(place, $"{Excerpt.Of(text)} is of class {seen[text]}, too; must be of one");
                }
                else if (SignOf(text, @class) is { } sign)
                {
                    signs.Add(sign);
                }
                else
                {
                    fields.Report(place, $"{Excerpt.Of(text)} names no namespaces; must be a name such as shop-*, or a label such as environment=production");
                }
            }
        }

        return new(signs);
    }

    private static NamespaceSign? SignOf(string text, NamespaceClass @class)
    {
        if (ConfigurationFields.Fits(text, NamePattern))
        {
            return new(@class, text);
        }

        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return ConfigurationFields.Fits(text, LabelPattern) ? new(@class, text[(equals + 1)..], text[..equals]) : null;
    }
}
