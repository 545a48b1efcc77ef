using SelfHealGitOps.Policy;
using Xunit;
using static SelfHealGitOps.Policy.AdmissionMode;
using static SelfHealGitOps.Policy.AdmissionOperation;

namespace SelfHealGitOps.Tests.Policy;

/// <summary>Which mode holds for a rule, a namespace and an operation.</summary>
public sealed class AdmissionModeTests
{
    private const string Text = """
        admission:
          mode: warn
          rules: {latest-tag: observe, env-var-secret: enforce}
          scopes:
          - {namespaces: {names: [shop, bank]}, mode: enforce}
          - {namespaces: {matchLabels: {env: dev}}, mode: observe}
          - {namespaces: {names: [bank]}, operations: [UPDATE], mode: warn}
          - {namespaces: {names: [shop], matchLabels: {env: dev}}, rules: [env-var-secret], mode: off}
          - {rules: [docker-sock], mode: enforce}

        """;

    private static readonly AdmissionSettings Settings = PolicyText.Accept(Text).Admission;

    /// <summary>A rule, a namespace, its labels (null for unknown), the operation, the mode.</summary>
    public static TheoryData<string, string?, string?, AdmissionOperation, AdmissionMode> Cases => new()
    {
        // The file's mode, and a rule's.
        { "ssh-port", "other", "", Create, Warn },
        { "latest-tag", "other", "", Create, Observe },
        { "env-var-secret", "other", "", Create, Enforce },

        // An entry wins over both, the last one over those before it.
        { "ssh-port", "shop", "", Create, Enforce },
        { "latest-tag", "shop", "", Create, Enforce },
        { "latest-tag", "shop", "env=dev", Create, Observe },
        { "env-var-secret", "shop", "env=dev", Create, Off },
        { "env-var-secret", "shop", "env=test", Create, Enforce },
        { "env-var-secret", "bank", "env=dev", Create, Observe },

        // Operations.
        { "ssh-port", "bank", "env=dev", Create, Observe },
        { "ssh-port", "bank", "env=dev", Update, Warn },
        { "ssh-port", "bank", "", Create, Enforce },
        { "ssh-port", "bank", "", Update, Warn },

        // An entry without namespaces also takes what has none.
        { "docker-sock", "shop", "env=dev", Create, Enforce },
        { "docker-sock", null, null, Create, Enforce },
        { "ssh-port", null, null, Create, Warn },
        { "latest-tag", "", null, Create, Observe },

        // Names alone decide without labels; what asks for labels may match or not.
        { "ssh-port", "shop", null, Create, Enforce },
        { "ssh-port", "bank", null, Update, Warn },
        { "ssh-port", "other", null, Create, Warn },
        { "latest-tag", "other", null, Create, Observe },
        { "env-var-secret", "shop", null, Create, Enforce },
        { "env-var-secret", "other", null, Create, Enforce },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_last_entry_that_matches_wins(string rule, string? name, string? labels, AdmissionOperation operation, AdmissionMode expected) =>
        Assert.Equal(expected, Settings.ModeOf(rule, name, name is null || labels is null ? null : Facts(name, labels), operation));

    /// <summary>A selector, labels, whether they match.</summary>
    [Theory]
    [InlineData("matchLabels: {a: x}", "a=x", true)]
    [InlineData("matchLabels: {a: x}", "a=y", false)]
    [InlineData("matchLabels: {a: x, b: z}", "a=x", false)]
    [InlineData("matchLabels: {a: ''}", "a=", true)]
    [InlineData("matchLabels: {a: ''}", "", false)]
    [InlineData("matchLabels: {a: x}", "a=X", false)]
    [InlineData("matchExpressions: [{key: a, operator: In, values: [x, z]}]", "a=z", true)]
    [InlineData("matchExpressions: [{key: a, operator: In, values: [x, z]}]", "", false)]
    [InlineData("matchExpressions: [{key: a, operator: NotIn, values: [x, z]}]", "a=w", true)]
    [InlineData("matchExpressions: [{key: a, operator: NotIn, values: [x, z]}]", "a=x", false)]
    [InlineData("matchExpressions: [{key: a, operator: NotIn, values: [x, z]}]", "", true)]
    [InlineData("matchExpressions: [{key: a, operator: Exists}]", "a=", true)]
    [InlineData("matchExpressions: [{key: a, operator: Exists}]", "b=a", false)]
    [InlineData("matchExpressions: [{key: a, operator: DoesNotExist}]", "", true)]
    [InlineData("matchExpressions: [{key: a, operator: DoesNotExist}]", "a=x", false)]
    [InlineData("matchLabels: {a: x}, matchExpressions: [{key: b, operator: Exists}]", "a=x", false)]
    [InlineData("matchLabels: {a: x}, matchExpressions: [{key: b, operator: Exists}]", "a=x b=y", true)]
    [InlineData("names: [web], matchLabels: {a: x}", "a=x", true)]
    [InlineData("names: [other], matchLabels: {a: x}", "a=x", false)]
    [InlineData("matchLabels: {kubernetes.io/metadata.name: web}", "", true)]
    [InlineData("matchLabels: {kubernetes.io/metadata.name: we}", "", false)]
    public void Labels_match_as_in_the_API(string selector, string labels, bool matches)
    {
        var settings = PolicyText.Accept($"admission: {{scopes: [{{namespaces: {{{selector}}}, mode: off}}]}}").Admission;

        Assert.Equal(matches ? Off : Enforce, settings.ModeOf("latest-tag", "web", Facts("web", labels), Create));
        Assert.Equal(Enforce, settings.ModeOf("latest-tag", null, null, Create));
    }

    /// <summary>The name is a label, too, and it is known.</summary>
    [Theory]
    [InlineData("{operator: In, values: [web]}", "web", Off)]
    [InlineData("{operator: In, values: [web]}", "other", Enforce)]
    [InlineData("{operator: NotIn, values: [web]}", "web", Enforce)]
    [InlineData("{operator: NotIn, values: [web]}", "other", Off)]
    [InlineData("{operator: Exists}", "other", Off)]
    [InlineData("{operator: DoesNotExist}", "web", Enforce)]
    public void The_label_of_the_name_is_known_where_no_other_is(string expression, string name, AdmissionMode expected)
    {
        var text = $"admission: {{scopes: [{{namespaces: {{matchExpressions: [{expression.Replace("{", "{key: kubernetes.io/metadata.name, ", StringComparison.Ordinal)}]}}, mode: off}}]}}";

        Assert.Equal(expected, PolicyText.Accept(text).Admission.ModeOf("latest-tag", name, null, Create));
    }

    [Fact]
    public void What_the_file_says_of_a_namespace_is_known_of_it()
    {
        var settings = PolicyText.Accept("""
            admission:
              scopes: [{namespaces: {matchLabels: {env: dev}}, mode: warn}]
              namespaces: {sandbox: {labels: {env: dev}}, plain: }
            """).Admission;

        Assert.Equal(Warn, settings.ModeOf("latest-tag", "sandbox", settings.Namespaces["sandbox"], Create));
        Assert.Equal(Enforce, settings.ModeOf("latest-tag", "plain", settings.Namespaces["plain"], Create));
    }

    [Fact]
    public void Facts_of_another_namespace_say_nothing()
    {
        var settings = PolicyText.Accept("admission: {scopes: [{namespaces: {matchLabels: {env: dev}}, mode: off}]}").Admission;

        Assert.Equal(Enforce, settings.ModeOf("latest-tag", "prod", Facts("sandbox", "env=dev"), Create));
    }

    [Fact]
    public void Asking_again_allocates_nothing()
    {
        var shop = Facts("shop", "env=dev");
        Ask();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Ask();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Ask()
        {
            for (var i = 0; i < 100; i++)
            {
                Settings.ModeOf("latest-tag", "shop", shop, Create);
                Settings.ModeOf("ssh-port", "shop", null, Update);
                Settings.ModeOf("ssh-port", "other", null, Update);
                Settings.ModeOf("ssh-port", null, null, Create);
            }
        }
    }

    internal static NamespaceFacts Facts(string name, string labels) => new(
        name,
        labels.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(label => label.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal));
}
