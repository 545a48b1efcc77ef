using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Rules;

/// <summary>What rules let the owner set: each parameter can be written down, read back, and is kube-linter's own where kube-linter has it.</summary>
public sealed partial class ParameterTests
{
    private const string Corpus = "kube-linter";

    /// <summary>kube-linter's own names that are not in camelCase.</summary>
    private static readonly string[] OddNames = ["BlockList", "AllowList", "IgnoredSecrets", "IgnoredConfigMaps", "Key", "Value", "AllowPrivilegedContainer"];

    /// <summary>
    /// Defaults of parameters that kube-linter leaves out of its built-in check, where ours is not the zero value of the
    /// type either; by rule and parameter, with the reason.
    /// </summary>
    private static readonly Dictionary<string, string> OwnDefaults = [];

    public static TheoryData<string> Ids => [.. Catalogue.All.Select(rule => rule.Info.Id)];

    public static TheoryData<string> IdsWithParameters => [.. Catalogue.All.Where(rule => rule.Parameters.Count > 0).Select(rule => rule.Info.Id)];

    public static TheoryData<string, string> Parameters
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var rule in Catalogue.All)
            {
                foreach (var parameter in rule.Parameters)
                {
                    data.Add(rule.Info.Id, parameter.Name);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(IdsWithParameters))]
    public void Names_are_unique(string id)
    {
        var names = Rule(id).Parameters.Select(parameter => parameter.Name).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Says_what_it_is(string id, string name)
    {
        var parameter = Of(id, name);
        Assert.True(CamelCase().IsMatch(name) || OddNames.Contains(name), name);
        foreach (var text in new[] { parameter.Meaning, parameter.Shape })
        {
            Assert.NotEmpty(text);
            Assert.Equal(text.Trim(), text);
            Assert.False(text.EndsWith('.'), text);
            Assert.DoesNotContain('\n', text);
        }
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Reads_its_default_back(string id, string name)
    {
        var parameter = Of(id, name);
        Assert.Equal(parameter.Default, ParameterJson.Write(ParameterJson.Read(parameter, Json(parameter))));
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Says_where_another_shape_is_wrong_and_why(string id, string name)
    {
        var parameter = Of(id, name);
        foreach (var (json, place) in Wrong(parameter))
        {
            var field = ParameterJson.Field(json);
            Assert.Null(parameter.Read(field, out var at, out var problem));
            Assert.NotEmpty(problem);
            Assert.Equal($"/value{place}", at.Pointer);
            Assert.True(place.Length > 0 || problem == $"must be {parameter.Shape}" || problem.StartsWith("is no regular expression", StringComparison.Ordinal), problem);
        }
    }

    [Theory]
    [MemberData(nameof(IdsWithParameters))]
    public void The_default_written_out_finds_the_same(string id)
    {
        var rule = Rule(id);
        var written = rule.With(new ParameterValues(rule.Parameters.ToDictionary(
            parameter => parameter, parameter => ParameterJson.Read(parameter, Json(parameter)))));
        Assert.NotSame(rule, written);
        Assert.Equal(rule.Parameters.Select(parameter => parameter.Name), written.Parameters.Select(parameter => parameter.Name));
        foreach (var each in RuleCase.All.Where(each => Path.GetFileName(each.Folder) == id))
        {
            foreach (var text in new[] { each.Read("bad.yaml"), each.Read("good.yaml") }.OfType<SourceText>())
            {
                Assert.Equal(Found(rule, text, each.Settings), Found(written, text, each.Settings));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_configured_rule_keeps_its_severity(string id)
    {
        var rule = Rule(id).As(Rule(id).Info with { Severity = Severity.Info });
        Assert.Equal(Severity.Info, rule.With(ParameterValues.None).Info.Severity);
        foreach (var parameter in rule.Parameters)
        {
            var values = new ParameterValues(new Dictionary<Parameter, object> { [parameter] = ParameterJson.Read(parameter, Json(parameter)) });
            Assert.Equal(Severity.Info, rule.With(values).Info.Severity);
        }
    }

    [CorporaFact(Corpus)]
    public void Defaults_are_those_of_kube_linter()
    {
        var differences = new List<string>();
        var compared = 0;
        using var checks = JsonDocument.Parse(File.ReadAllText(Corpora.PathOf(Corpus, "checks.json")));
        foreach (var check in checks.RootElement.EnumerateArray())
        {
            var id = check.GetProperty("name").GetString()!;
            var rule = Catalogue.All.SingleOrDefault(rule => rule.Info.Id == id);
            if (rule is null)
            {
                continue;
            }

            compared++;
            var theirs = Entries(check.GetProperty("params").GetString());
            foreach (var (name, value) in theirs)
            {
                var ours = rule.Parameters.SingleOrDefault(parameter => parameter.Name == name);
                if (ours?.Default is null || !JsonEquality.AreEqual(ours.Default.ToJson(), value.ToJson()))
                {
                    differences.Add($"{id}.{name}: {ours?.Default.ToJson().ToJsonString() ?? "no such parameter"}, kube-linter {value.ToJson().ToJsonString()}");
                }
            }

            differences.AddRange(
                from ours in rule.Parameters
                where !theirs.ContainsKey(ours.Name) && !OwnDefaults.ContainsKey($"{id}.{ours.Name}")
                where ours.Default is not (Value.List([]) or Value.Text("") or Value.Number(0) or Value.Boolean(false))
                select $"{id}.{ours.Name}: {ours.Default.ToJson().ToJsonString()}, which kube-linter does not set");
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences));
        Assert.True(compared >= 32, $"only {compared} checks compared");
    }

    private static Dictionary<string, Value> Entries(string? yaml)
    {
        var entries = new Dictionary<string, Value>();
        if (string.IsNullOrEmpty(yaml))
        {
            return entries;
        }

        var document = new ManifestReader().Read(new SourceText("params.yaml", Encoding.UTF8.GetBytes(yaml)), isNamed: true).First().Document;
        foreach (var entry in document.Root.Entries)
        {
            entries.Add(entry.Key, ToValue(entry.Value));
        }

        return entries;
    }

    private static Value ToValue(Field field)
    {
        if (!field.IsList)
        {
            return field.Kind == NodeKind.Boolean ? field.IsTrue : field.Integer is { } number ? number : field.Text ?? "";
        }

        var elements = new List<Value>();
        foreach (var element in field.Elements)
        {
            elements.Add(ToValue(element));
        }

        return new Value.List([.. elements]);
    }

    /// <summary>Values that a parameter does not take, and where in them the mistake is.</summary>
    private static IEnumerable<(string Json, string Place)> Wrong(Parameter parameter)
    {
        yield return ("null", "");
        yield return ("{}", "");
        switch (parameter)
        {
            case Parameter<PatternList>:
                yield return ("\"a\"", "");
                yield return ("[\"a\", 7]", "/1");
                yield return ("[\"(\"]", "/0");
                yield return ("[\"a\", \"!(\"]", "/1");
                break;
            case Parameter<WordList>:
                yield return ("\"a\"", "");
                yield return ("[\"a\", true]", "/1");
                break;
            case Parameter<Pattern>:
                yield return ("[\"a\"]", "");
                yield return ("7", "");
                yield return ("\"(\"", "");
                break;
            case Parameter<string>:
                yield return ("[\"a\"]", "");
                yield return ("true", "");
                break;
            case IntegerParameter integer:
                yield return ("\"7\"", "");
                yield return ("7.5", "");
                yield return ($"{integer.Least - 1}", "");
                yield return ($"{integer.Most + 1}", "");
                break;
            case SwitchParameter:
                yield return ("\"true\"", "");
                yield return ("1", "");
                break;
            default:
                throw new InvalidOperationException($"no wrong value is known for a {parameter.GetType().Name}");
        }
    }

    private static List<string> Found(Rule rule, SourceText text, PolicySettings settings) =>
        [.. Judge.Bytes(text.Bytes.ToArray(), [rule], settings).Select(finding => $"{finding.Origin} {finding.Pointer} {finding.Fix}")];

    private static string Json(Parameter parameter) => parameter.Default.ToJson().ToJsonString();

    private static Parameter Of(string id, string name) => Rule(id).Parameters.Single(parameter => parameter.Name == name);

    private static Rule Rule(string id) => Catalogue.All.Single(rule => rule.Info.Id == id);

    [GeneratedRegex("^[a-z][A-Za-z]*$")]
    private static partial Regex CamelCase();
}
