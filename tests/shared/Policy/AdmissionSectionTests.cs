using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

/// <summary>How <c>admission</c> is read, and what is a mistake in it.</summary>
public sealed class AdmissionSectionTests
{
    [Fact]
    public void Reads_every_key()
    {
        var admission = PolicyText.Accept(PolicyFileTests.Whole).Admission;

        Assert.Equal("base", admission.Profile);
        Assert.Equal(AdmissionMode.Warn, admission.Mode);
        Assert.Equal([new("latest-tag", AdmissionMode.Observe), new("team-label", AdmissionMode.Enforce)], admission.RuleModes);
        Assert.Equal(3, admission.ScopeCount);
        Assert.False(admission.ToleratesOldViolations);
        Assert.Equal(["unset-memory-requirements"], admission.Correct);
        Assert.Equal(["plain", "sandbox"], admission.Namespaces.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            [new("env", "dev"), new("kubernetes.io/metadata.name", "sandbox")],
            admission.Namespaces["sandbox"].Labels.OrderBy(label => label.Key, StringComparer.Ordinal));
        Assert.Equal([new("kubernetes.io/metadata.name", "plain")], admission.Namespaces["plain"].Labels);
    }

    [Theory]
    [InlineData("")]
    [InlineData("admission:")]
    [InlineData("admission: {}")]
    [InlineData("admission: {profile: , mode: , rules: , scopes: , oldViolations: , correct: , namespaces: }")]
    public void What_is_left_out_is_enforced(string text)
    {
        var admission = PolicyText.Accept(text).Admission;

        Assert.Null(admission.Profile);
        Assert.Equal(AdmissionMode.Enforce, admission.ModeOf("latest-tag", "shop", null, AdmissionOperation.Create));
        Assert.True(admission.ToleratesOldViolations);
        Assert.Empty(admission.Correct);
        Assert.Empty(admission.Namespaces);
    }

    [Theory]
    [InlineData("off", AdmissionMode.Off)]
    [InlineData("'off'", AdmissionMode.Off)]
    [InlineData("OFF", AdmissionMode.Off)]
    [InlineData("false", AdmissionMode.Off)]
    [InlineData("no", AdmissionMode.Off)]
    [InlineData("observe", AdmissionMode.Observe)]
    [InlineData("warn", AdmissionMode.Warn)]
    [InlineData("\"enforce\"", AdmissionMode.Enforce)]
    public void Reads_modes_as_they_are_written(string word, AdmissionMode expected)
    {
        Assert.Equal(expected, PolicyText.Accept($"admission: {{mode: {word}}}").Admission.Mode);
        Assert.Equal(expected, PolicyText.Accept($"admission: {{rules: {{latest-tag: {word}}}}}").Admission.RuleModes["latest-tag"]);
        Assert.Equal(
            expected,
            PolicyText.Accept($"admission: {{scopes: [{{mode: {word}}}]}}").Admission.ModeOf("latest-tag", null, null, AdmissionOperation.Update));
    }

    public static TheoryData<string, string> Mistakes => new()
    {
        { "[]", "1:1: admission: a list is no map; must be keys with values" },
        { "{scope: []}", "1:13: admission.scope: there is no key 'scope'; is it 'scopes'?" },
        { "{profile: restricted}", "1:13: admission.profile: there is no profile 'restricted'; is it 'pss-restricted'?" },
        { "{mode: on}", "1:13: admission.mode: on is no mode; must be off, observe, warn or enforce" },
        { "{mode: true}", "1:13: admission.mode: true is no mode; must be off, observe, warn or enforce" },
        { "{mode: deny}", "1:13: admission.mode: 'deny' is no mode; must be off, observe, warn or enforce" },
        { "{mode: enforced}", "1:13: admission.mode: 'enforced' is no mode; is it 'enforce'?" },
        { "{mode: Warn}", "1:13: admission.mode: 'Warn' is no mode; is it 'warn'?" },
        { "{mode: [off]}", "1:13: admission.mode: a list is no mode" },
        { "{oldViolations: off}", "1:13: admission.oldViolations: off is no mode; must be warn or enforce" },
        { "{oldViolations: observe}", "1:13: admission.oldViolations: 'observe' is no mode; must be warn or enforce" },
        { "{rules: [latest-tag]}", "1:13: admission.rules: a list is no map; must be keys with values" },
        { "{rules: {latest-tagg: warn}}", "1:21: admission.rules.latest-tagg: there is no rule 'latest-tagg'; is it 'latest-tag'?" },
        { "{rules: {latest-tag: }}", "1:21: admission.rules.latest-tag: null is no mode; must be off, observe, warn or enforce" },
        { "{rules: {latest-tag: error}}", "1:21: admission.rules.latest-tag: 'error' is no mode; must be off, observe, warn or enforce" },
        { "{rules: {dangling-service: warn}}", "1:21: admission.rules.dangling-service: the rule dangling-service needs several objects, and does not run at admission" },
        { "{correct: unset-memory-requirements}", "1:13: admission.correct: 'unset-memory-requirements' is no list; must be one" },
        { "{correct: [pdb-min-available]}", "1:23: admission.correct.0: the rule pdb-min-available needs several objects, and does not run at admission" },
        { "{correct: [unset-memory-requirement]}", "1:23: admission.correct.0: there is no rule 'unset-memory-requirement'; is it 'unset-memory-requirements'?" },
        { "{scopes: {}}", "1:13: admission.scopes: a map is no list; must be one" },
        { "{scopes: [off]}", "1:22: admission.scopes.0: off is no map; an entry has the keys namespaces, operations, rules, mode" },
        { "{scopes: [null]}", "1:22: admission.scopes.0: null is no map; an entry has the keys" },
        { "{scopes: [{}]}", "1:22: admission.scopes.0.mode: nothing is no mode; must be off, observe, warn or enforce" },
        { "{scopes: [{namespace: {}, mode: off}]}", "1:23: admission.scopes.0.namespace: there is no key 'namespace'; is it 'namespaces'?" },
        { "{scopes: [{rules: [non-existent-service-account], mode: off}]}", "1:31: admission.scopes.0.rules.0: the rule non-existent-service-account needs several objects" },
        { "{scopes: [{rules: [latesttag], mode: off}]}", "there is no rule 'latesttag'; is it 'latest-tag'?" },

        // What is there and empty would match everything.
        { "{scopes: [{namespaces: , mode: off}]}", "1:23: admission.scopes.0.namespaces: is empty; must have one of names, matchLabels, matchExpressions, or be left out for every namespace" },
        { "{scopes: [{namespaces: {}, mode: off}]}", "admission.scopes.0.namespaces: is empty; must have one of names" },
        { "{scopes: [{namespaces: [sandbox], mode: off}]}", "admission.scopes.0.namespaces: a list is no map; must have one of names, matchLabels, matchExpressions" },
        { "{scopes: [{namespaces: {names: }, mode: off}]}", "1:36: admission.scopes.0.namespaces.names: is empty; must name a namespace, or be left out for any name" },
        { "{scopes: [{namespaces: {names: []}, mode: off}]}", "admission.scopes.0.namespaces.names: is empty; must name a namespace" },
        { "{scopes: [{namespaces: {matchLabels: }, mode: off}]}", "admission.scopes.0.namespaces.matchLabels: is empty; must have a label, or be left out for any labels" },
        { "{scopes: [{namespaces: {matchLabels: {}}, mode: off}]}", "admission.scopes.0.namespaces.matchLabels: is empty" },
        { "{scopes: [{namespaces: {matchExpressions: []}, mode: off}]}", "admission.scopes.0.namespaces.matchExpressions: is empty; must have an expression" },
        { "{scopes: [{operations: , mode: off}]}", "admission.scopes.0.operations: is empty; must name an operation, or be left out for all operations" },
        { "{scopes: [{operations: [], mode: off}]}", "admission.scopes.0.operations: is empty" },
        { "{scopes: [{rules: [], mode: off}]}", "admission.scopes.0.rules: is empty; must name a rule, or be left out for all rules" },

        { "{scopes: [{operations: [CREAT], mode: off}]}", "there is no operation 'CREAT'; is it 'CREATE'?" },
        { "{scopes: [{operations: [create], mode: off}]}", "there is no operation 'create'; is it 'CREATE'?" },
        { "{scopes: [{operations: [DELETE], mode: off}]}", "1:36: admission.scopes.0.operations.0: DELETE is never judged; must be CREATE or UPDATE" },
        { "{scopes: [{namespaces: {names: ['team-*']}, mode: off}]}", "1:44: admission.scopes.0.namespaces.names.0: 'team-*' is no name of a namespace; must be a whole one" },
        { "{scopes: [{namespaces: {names: [7]}, mode: off}]}", "7 is no text; must be one, in quotes" },
        { "{scopes: [{namespaces: {name: a}, mode: off}]}", "there is no key 'name'; is it 'names'?" },
        { "{scopes: [{namespaces: {matchLabels: {a: 1}}, mode: off}]}", "1:50: admission.scopes.0.namespaces.matchLabels.a: 1 is no text; must be one, in quotes" },
        { "{scopes: [{namespaces: {matchLabels: {a: 'dev*'}}, mode: off}]}", "'dev*' cannot be the value of a label" },
        { "{scopes: [{namespaces: {matchLabels: {'a b': c}}, mode: off}]}", "'a b' is no key of a label" },
        { "{scopes: [{namespaces: {matchExpressions: [a]}, mode: off}]}", "'a' is no map; an expression has the keys key, operator, values" },
        { "{scopes: [{namespaces: {matchExpressions: [{key: a, operator: in, values: [b]}]}, mode: off}]}", "'in' is no operator; is it 'In'?" },
        { "{scopes: [{namespaces: {matchExpressions: [{key: a}]}, mode: off}]}", "nothing is no operator; must be In, NotIn, Exists or DoesNotExist" },
        { "{scopes: [{namespaces: {matchExpressions: [{key: a, operator: '0'}]}, mode: off}]}", "'0' is no operator" },
        { "{scopes: [{namespaces: {matchExpressions: [{key: a, operator: In}]}, mode: off}]}", "In has no values; must have one" },
        { "{scopes: [{namespaces: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}, mode: off}]}", "Exists has values; must have none" },
        { "{scopes: [{namespaces: {matchExpressions: [{operator: Exists}]}, mode: off}]}", "'' is no key of a label" },
        { "{namespaces: [sandbox]}", "1:13: admission.namespaces: a list is no map" },
        { "{namespaces: {Sandbox: {}}}", "1:26: admission.namespaces.Sandbox: 'Sandbox' is no name of a namespace" },
        { "{namespaces: {sandbox: {label: {}}}}", "there is no key 'label'; is it 'labels'?" },
        { "{namespaces: {sandbox: {labels: {env: 1}}}}", "1:45: admission.namespaces.sandbox.labels.env: 1 is no text; must be one, in quotes" },
        { "{namespaces: {sandbox: {labels: {kubernetes.io/metadata.name: prod}}}}", "'prod' is not the namespace's name; must be 'sandbox', or be left out" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Says_where_a_mistake_is_and_what_is_wanted(string section, string expected)
    {
        var problem = PolicyText.Refuse($"admission: {section}");

        Assert.DoesNotContain('\n', problem);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_all_mistakes_at_once()
    {
        var problems = PolicyText.Refuse("""
            admission:
              mode: deny
              rules: {dangling-service: loud}
              scopes:
              - namespaces: {names: [a*], matchLabels: {b: 1}}
                operations: [PATCH]
            """);

        Assert.Equal(
            ["2:3", "3:11", "3:11", "5:5", "5:26", "5:45", "6:18"],
            problems.Split('\n').Select(problem => string.Join(':', problem.Split(':')[1..3])));
    }

    [Theory]
    [InlineData("scopes: [", "{mode: off},", 100, "]", "are 101 entries; must be at most 100")]
    [InlineData("namespaces: {", "n#: {},", 1000, "}", "are 1001 namespaces; must be at most 1000")]
    [InlineData("scopes: [{mode: off, namespaces: {matchLabels: {", "k#: v,", 100, "}}}]", "are 101 labels; must be at most 100")]
    [InlineData("scopes: [{mode: off, namespaces: {matchExpressions: [", "{key: k#, operator: Exists},", 100, "]}}]", "are 101 expressions; must be at most 100")]
    public void Has_bounds(string start, string each, int most, string end, string expected)
    {
        PolicyText.Accept(Text(most));
        Assert.EndsWith(expected, PolicyText.Refuse(Text(most + 1)), StringComparison.Ordinal);

        string Text(int count) => $"admission:\n  {start}{string.Concat(Enumerable.Range(0, count).Select(i => each.Replace("#", $"{i}", StringComparison.Ordinal)))}{end}\n";
    }

    [Fact]
    public void Takes_rules_of_ones_own_unless_they_need_several_objects()
    {
        const string Own = "rules: {own: {like: latest-tag}, own-set: {like: dangling-service}}\n";

        Assert.Equal(AdmissionMode.Warn, PolicyText.Accept(Own + "admission: {rules: {own: warn}}").Admission.RuleModes["own"]);
        Assert.Contains("the rule own-set needs several objects", PolicyText.Refuse(Own + "admission: {rules: {own-set: warn}}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_a_profile_of_ones_own() =>
        Assert.Equal("ours", PolicyText.Accept("profiles: {ours: {rules: [latest-tag]}}\nadmission: {profile: ours}").Admission.Profile);
}
