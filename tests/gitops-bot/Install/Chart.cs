using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Install;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;

namespace SelfHealGitOps.Bot.Tests.Install;

/// <summary>The chart of this repository.</summary>
internal static class Chart
{
    public static string Folder { get; } = Path.Combine(Checkout.Root, "charts", "selfheal");

    public static string Generated { get; } = Path.Combine(Folder, "templates", "_generated.tpl");

    public static JsonObject Metadata => Yaml.Read(File.ReadAllText(Path.Combine(Folder, "Chart.yaml"))).AsObject();

    public static JsonObject Values => Yaml.Read(File.ReadAllText(Path.Combine(Folder, "values.yaml"))).AsObject();

    /// <summary>The objects that Helm makes of it.</summary>
    /// <param name="values">What the user sets, in place of the chart's own.</param>
    public static List<JsonObject> Render(string @namespace, JsonObject values)
    {
        var root = new JsonObject
        {
            [nameof(Values)] = Merged(Values, values),
            ["Release"] = new JsonObject { ["Namespace"] = @namespace },
            ["Chart"] = new JsonObject { ["AppVersion"] = Metadata["appVersion"]!.GetValue<string>() },
        };
        var templates = new HelmTemplates(root);
        var files = Directory.GetFiles(Path.Combine(Folder, "templates")).Order(StringComparer.Ordinal)
            .Select(file => (File: file, Render: templates.Add(File.ReadAllText(file))))
            .ToList();
        return [.. files.Where(each => Path.GetExtension(each.File) == ".yaml").SelectMany(each => Objects(each.Render()))];
    }

    public static IEnumerable<JsonObject> Objects(string yaml) =>
        from document in ("\n" + yaml).Split("\n---\n")
        where document.Trim().Length > 0
        select Yaml.Read(document + "\n").AsObject();

    /// <summary>The part of the templates that follows from the catalogue and from what <c>selfheal manifests</c> prints.</summary>
    public static string GeneratedText() => string.Concat(
    [
        "{{- /* Written by the tests, with UPDATE_GOLDEN=1: what rules judge, and what else the chart shares with selfheal manifests. */ -}}\n",
        .. from side in (string[])["mutating", "validating"]
           from isNamespaced in (bool[])[true, false]
           let rules = side == "mutating" ? Subscription.Mutating(Catalogue.All, isNamespaced) : Subscription.Validating(Catalogue.All, isNamespaced)
           select Define($"rules.{side}.{(isNamespaced ? "namespaced" : "cluster")}", YamlText.Rules(rules)),
        Define("restrictedDefaults.defaults", RestrictedDefaults.Defaults),
        Define("restrictedDefaults.correct", RestrictedDefaults.Correct),
        Define("alerts", MonitoringManifests.Alerts("{{ .Values.name }}")),
    ]);

    private static string Define(string name, string text) => $$$"""

        {{- define "selfheal.{{{name}}}" -}}
        {{{text.TrimEnd('\n')}}}
        {{- end }}

        """;

    private static JsonObject Merged(JsonObject values, JsonObject over)
    {
        foreach (var (key, value) in over)
        {
            values[key] = value is JsonObject map && values[key] is JsonObject below ? Merged(below.DeepClone().AsObject(), map) : value?.DeepClone();
        }

        return values;
    }
}
