using System.Text;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

/// <summary>
/// A namespace of which nothing is known is judged as strictly as any could be: random policies, against all that its
/// labels could be.
/// </summary>
public sealed class UnknownNamespaceTests
{
    private const int Policies = 1500;

    private static readonly string[] Words = ["off", "observe", "warn", "enforce"];
    private static readonly string[] Rules = ["latest-tag", "docker-sock", "ssh-port"];
    private static readonly string[] Names = ["shop", "bank", "other"];
    private static readonly string[] Keys = ["a", "b", "c"];
    private static readonly string[] Values = ["u", "v", "w"];

    /// <summary>Each of the keys absent, or with each of the values, of which no selector names the last.</summary>
    private static readonly List<NamespaceFacts[]> Possible =
        [.. Names.Select(name => Assignments(0, []).Select(labels => new NamespaceFacts(name, labels)).ToArray())];

    [Fact]
    public void Is_judged_no_less_strictly_than_any_labels_would_have_it()
    {
        var stricter = 0;
        for (var seed = 0; seed < Policies; seed++)
        {
            var (settings, text) = Policy(new Random(seed), sharesKeys: true);
            foreach (var (rule, name, operation, strictest) in Asked(settings))
            {
                var mode = settings.ModeOf(rule, name, null, operation);
                Assert.True(mode >= strictest, $"{rule} {name} {operation}: {mode}, and it could be {strictest}\n{text}");
                stricter += mode > strictest ? 1 : 0;
            }
        }

        // Entries that exclude each other are taken to match or not by themselves; they are the exception.
        Assert.InRange(stricter, 1, Policies * Names.Length * Rules.Length * 2 / 20);
    }

    [Fact]
    public void Is_judged_just_as_strictly_where_entries_ask_for_different_labels()
    {
        var modes = new HashSet<AdmissionMode>();
        for (var seed = 0; seed < Policies; seed++)
        {
            var (settings, text) = Policy(new Random(seed), sharesKeys: false);
            foreach (var (rule, name, operation, strictest) in Asked(settings))
            {
                var mode = settings.ModeOf(rule, name, null, operation);
                Assert.True(mode == strictest, $"{rule} {name} {operation}: {mode}, and it can be {strictest}\n{text}");
                modes.Add(mode);
            }
        }

        Assert.Equal(4, modes.Count);
    }

    private static IEnumerable<(string Rule, string Name, AdmissionOperation Operation, AdmissionMode Strictest)> Asked(AdmissionSettings settings) =>
        from rule in Rules
        from facts in Possible
        from operation in new[] { AdmissionOperation.Create, AdmissionOperation.Update }
        select (rule, facts[0].Name, operation, facts.Max(each => settings.ModeOf(rule, each.Name, each, operation)));

    /// <param name="sharesKeys">False where no two entries ask for the same label, so that all their combinations are possible.</param>
    private static (AdmissionSettings Settings, string Text) Policy(Random random, bool sharesKeys)
    {
        var text = new StringBuilder($"admission:\n  mode: {Any(Words)}\n");
        if (random.Next(2) == 0)
        {
            text.Append($"  rules: {{latest-tag: {Any(Words)}}}\n");
        }

        text.Append("  scopes:\n");
        var free = new Queue<string>(Keys.OrderBy(_ => random.Next()));
        var entries = random.Next(1, 6);
        for (var i = 0; i < entries; i++)
        {
            var conditions = new List<string>();
            if (random.Next(3) == 0)
            {
                conditions.Add($"names: [{string.Join(", ", Names[..2].Where(_ => random.Next(2) == 0).DefaultIfEmpty("shop"))}]");
            }

            if (random.Next(3) > 0 && (sharesKeys || free.Count > 0))
            {
                conditions.Add(Labels(sharesKeys ? Any(Keys) : free.Dequeue()));
            }

            text.Append("  - {");
            text.Append(conditions.Count > 0 ? $"namespaces: {{{string.Join(", ", conditions)}}}, " : "");
            text.Append(random.Next(4) == 0 ? $"operations: [{Any(["CREATE", "UPDATE", "CREATE, UPDATE"])}], " : "");
            text.Append(random.Next(3) == 0 ? $"rules: [{Any(Rules)}], " : "");
            text.Append($"mode: {Any(Words)}}}\n");
        }

        return (PolicyText.Accept(text.ToString()).Admission, text.ToString());

        string Any(string[] words) => words[random.Next(words.Length)];

        string Labels(string key) => random.Next(5) switch
        {
            0 => $"matchLabels: {{{key}: {Any(Values[..2])}}}",
            1 => $"matchExpressions: [{{key: {key}, operator: In, values: [{Any(["u", "u, v"])}]}}]",
            2 => $"matchExpressions: [{{key: {key}, operator: NotIn, values: [{Any(["u", "u, v"])}]}}]",
            3 => $"matchExpressions: [{{key: {key}, operator: Exists}}]",
            _ => $"matchExpressions: [{{key: {key}, operator: DoesNotExist}}]",
        };
    }

    private static IEnumerable<Dictionary<string, string>> Assignments(int key, Dictionary<string, string> labels) =>
        key == Keys.Length
            ? [labels]
            : Values.Select(value => new Dictionary<string, string>(labels) { [Keys[key]] = value }).Prepend(labels)
                .SelectMany(each => Assignments(key + 1, each));
}
