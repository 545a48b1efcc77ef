using System.Text.RegularExpressions;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Rules;

public sealed partial class CatalogueTests
{
    /// <summary>The closed list: what <c>--fix</c> and admission change without asking. A rule that comes onto it needs an argument in the documents.</summary>
    private static readonly string[] Safe =
    [
        "api-version-removed",
        "deprecated-service-account-field",
        "no-extensions-v1beta",
        "pss-run-as-non-root",
        "restart-policy",
        "unset-cpu-requirements",
    ];

    private static readonly string[] Engine = ["Manifests", "Policy", "Rules", "Schemas"];

    private static readonly string[] Outside =
        ["System.Net", "System.IO", "System.Diagnostics.Process", "HttpClient", "SelfHealGitOps.Cluster", "File.Read", "File.Write", "File.Open", "Directory."];

    public static TheoryData<string> Ids => [.. Catalogue.All.Select(rule => rule.Info.Id)];

    [Fact]
    public void Holds_every_rule_once()
    {
        var written = typeof(ObjectRule).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Rule)) && !type.IsAbstract);
        Assert.Equal(
            written.Select(type => type.Name).Order(StringComparer.Ordinal),
            Catalogue.All.Select(rule => rule.GetType().Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Rules_hold_no_state()
    {
        foreach (var rule in Catalogue.All)
        {
            Assert.All(
                rule.GetType().GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Public),
                field => Assert.True(field.IsInitOnly, $"{rule.Info.Id}: {field.Name} can change"));
        }
    }

    [Fact]
    public void Ids_are_unique() =>
        Assert.Equal(Catalogue.All.Count, Catalogue.All.Select(rule => rule.Info.Id).Distinct(StringComparer.OrdinalIgnoreCase).Count());

    [Theory]
    [MemberData(nameof(Ids))]
    public void An_id_is_its_class_name_in_kebab_case(string id) =>
        Assert.Equal(id, Kebab().Replace(Rule(id).GetType().Name, "-$1").ToLowerInvariant());

    [Theory]
    [MemberData(nameof(Ids))]
    public void Says_what_it_is_and_where_it_comes_from(string id)
    {
        var info = Rule(id).Info;
        foreach (var text in new[] { info.Title, info.Why, info.Remedy })
        {
            Assert.NotEmpty(text);
            Assert.Equal(text.Trim(), text);
            Assert.DoesNotContain('\n', text);
            Assert.DoesNotContain("  ", text, StringComparison.Ordinal);
        }

        Assert.False(info.Title.EndsWith('.'), info.Title);
        Assert.True(info.Why.EndsWith('.'), info.Why);
        Assert.True(info.Remedy.EndsWith('.'), info.Remedy);
        Assert.True(Uri.TryCreate(info.Source, UriKind.Absolute, out var source) && source.Scheme == Uri.UriSchemeHttps, info.Source);
        Assert.True(Enum.IsDefined(info.Severity));
        Assert.Same(info, Rule(id).Info);
    }

    [Fact]
    public void A_replaced_control_is_in_the_catalogue_and_of_baseline() => Assert.All(
        Catalogue.All.Select(rule => rule.Info).Where(info => info.Replaces is not null),
        info => Assert.True(Rule(info.Replaces!.RuleId).Info.Profiles.HasFlag(Profiles.PssBaseline), info.Id));

    [Fact]
    public void The_list_of_what_is_safe_is_closed()
    {
        var safe =
            from each in RuleCase.All
            from finding in new FileJudge(new RuleSet(Catalogue.All), each.Settings).Judge(each.Read("bad.yaml")!, isNamed: true).Findings
            where finding.Fix?.Safety == Safety.Safe
            select finding.Rule.Id;
        Assert.Equal(Safe, safe.Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_good_object_of_every_other_rule_is_no_exception(string id)
    {
        foreach (var each in RuleCase.All)
        {
            if (each.Read("good.yaml") is { } good)
            {
                new FileJudge(new RuleSet([Rule(id)]), each.Settings).Judge(good, isNamed: true);
            }
        }
    }

    [Fact]
    public void The_engine_depends_on_nothing_that_reaches_outside()
    {
        var references = typeof(ManifestReader).Assembly.GetReferencedAssemblies().Select(name => name.Name!).ToList();
        Assert.Contains("YamlDotNet", references);
        Assert.All(references.Where(name => name is not ("YamlDotNet" or "Microsoft.Win32.Primitives")), name => Assert.StartsWith("System.", name, StringComparison.Ordinal));

        // The cluster's adapter shares the assembly, so what the engine itself names has to be looked up in its text.
        var sources = Engine
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Checkout.Root, "shared", folder), "*.cs", SearchOption.AllDirectories))
            .ToList();
        Assert.True(sources.Count > 200, $"{sources.Count} files");
        foreach (var source in sources)
        {
            var text = File.ReadAllText(source);
            Assert.DoesNotContain(Outside, word => text.Contains(word, StringComparison.Ordinal));
        }
    }

    private static Rule Rule(string id) => Catalogue.All.Single(rule => rule.Info.Id == id);

    [GeneratedRegex("(?<!^)([A-Z])")]
    private static partial Regex Kebab();
}
