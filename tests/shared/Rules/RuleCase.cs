using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;

namespace SelfHealGitOps.Tests.Rules;

/// <summary>
/// One folder of fixtures of a rule: <c>bad.yaml</c>, and of what becomes of it <c>findings.txt</c> and
/// <c>fixed.yaml</c>; <c>good.yaml</c>; and <c>settings.txt</c> where the owner has decided something,
/// with a line <c>parameter NAME: JSON</c> for what was set of the rule.
/// </summary>
internal sealed record RuleCase(Rule Rule, string Folder)
{
    private const string ParameterKey = "parameter ";

    public static string Root { get; } = Path.Combine(Checkout.Root, "tests", "shared", "Rules");

    /// <summary>The case of the rule's own folder, and one for each folder in it.</summary>
    public static IEnumerable<RuleCase> All =>
        from rule in Catalogue.All
        let folder = Path.Combine(Root, rule.Info.Id)
        where Directory.Exists(folder)
        from place in Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Prepend(folder)
        where File.Exists(Path.Combine(place, "bad.yaml"))
        select new RuleCase(rule, place);

    public Rule Rule { get; } = Configure(Rule, Path.Combine(Folder, "settings.txt"));

    /// <summary>The catalogue, with the case's own rule as it is configured.</summary>
    public IEnumerable<Rule> AllRules => Catalogue.All.Select(rule => rule.Info.Id == Rule.Info.Id ? Rule : rule);

    public PolicySettings Settings { get; } = ReadSettings(Path.Combine(Folder, "settings.txt"));

    public SourceText? Read(string file)
    {
        var path = Path.Combine(Folder, file);
        return File.Exists(path) ? new SourceText(file, File.ReadAllBytes(path)) : null;
    }

    public override string ToString() => Path.GetRelativePath(Root, Folder).Replace('\\', '/');

    private static IEnumerable<(string Key, string Value)> Lines(string path) =>
        from line in File.Exists(path) ? File.ReadAllLines(path) : []
        let colon = line.IndexOf(':', StringComparison.Ordinal)
        select (line[..colon].Trim(), line[(colon + 1)..].Trim());

    private static Rule Configure(Rule rule, string path) => rule.With(new ParameterValues(Lines(path)
        .Where(line => line.Key.StartsWith(ParameterKey, StringComparison.Ordinal))
        .Select(line => (Parameter: rule.Parameters.Single(parameter => parameter.Name == line.Key[ParameterKey.Length..]), line.Value))
        .ToDictionary(line => line.Parameter, line => ParameterJson.Read(line.Parameter, line.Value))));

    private static PolicySettings ReadSettings(string path)
    {
        var settings = PolicySettings.Default;
        foreach (var (key, value) in Lines(path))
        {
            var defaults = settings.Defaults;
            settings = key switch
            {
                _ when key.StartsWith(ParameterKey, StringComparison.Ordinal) => settings,
                "pss-version" when PssVersion.TryParse(value, out var version) => settings with { PssVersion = version },
                "k8s-version" when KubernetesVersion.TryParse(value, out var version) => settings with { KubernetesVersion = version },
                "cpu-request" => settings with { Defaults = defaults with { CpuRequest = value } },
                "cpu-limit" => settings with { Defaults = defaults with { CpuLimit = value } },
                "memory-request" => settings with { Defaults = defaults with { MemoryRequest = value } },
                "memory-limit" => settings with { Defaults = defaults with { MemoryLimit = value } },
                "run-as-user" => settings with { Defaults = defaults with { RunAsUser = long.Parse(value, CultureInfo.InvariantCulture) } },
                "liveness-probe" => settings with { Defaults = defaults with { LivenessProbe = (Value.Map)ToValue(JsonNode.Parse(value)!) } },
                "readiness-probe" => settings with { Defaults = defaults with { ReadinessProbe = (Value.Map)ToValue(JsonNode.Parse(value)!) } },
                "ttl-seconds-after-finished" => settings with { Defaults = defaults with { TtlSecondsAfterFinished = long.Parse(value, CultureInfo.InvariantCulture) } },
                "priority-class-name" => settings with { Defaults = defaults with { PriorityClassName = value } },
                "labels" => settings with { Defaults = defaults with { Labels = JsonSerializer.Deserialize<Dictionary<string, string>>(value)! } },
                "annotations" => settings with { Defaults = defaults with { Annotations = JsonSerializer.Deserialize<Dictionary<string, string>>(value)! } },
                "allowed-registry" when ImagePrefix.TryParse(value, out var prefix) =>
                    settings with { AllowedRegistries = [.. settings.AllowedRegistries, prefix] },
                "mirror" when value.Split('=') is [var host, var place] && ImagePrefix.TryParse(place, out var mirror) =>
                    settings with { Mirrors = new Dictionary<string, ImagePrefix>(settings.Mirrors) { [host] = mirror } },
                _ => throw new InvalidOperationException($"{path}: unknown setting '{key}'"),
            };
        }

        return settings;
    }

    private static Value ToValue(JsonNode node) => node switch
    {
        JsonObject map => new Value.Map([.. map.Select(entry => KeyValuePair.Create(entry.Key, ToValue(entry.Value!)))]),
        JsonArray list => new Value.List([.. list.Select(element => ToValue(element!))]),
        JsonValue value when value.TryGetValue(out bool boolean) => boolean,
        JsonValue value when value.TryGetValue(out long number) => number,
        _ => node.GetValue<string>(),
    };
}
