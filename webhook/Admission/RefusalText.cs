using System.Text;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Webhook.Admission;

/// <summary>
/// What the refused client reads. The grammar is stable: people and tools go by it.
/// <code>
/// selfheal: Deployment shop/web denied by 2 rules: pss-privileged, latest-tag (fix id d-7f3a9c21de)
///  pss-privileged /spec/template/spec/containers/0/securityContext/privileged: message (+2 places)
///  latest-tag /spec/template/spec/containers/0/image: message
///  +3 rules
/// fix: [JSON Patch]
/// exempt: selfheal exempt pss-privileged Deployment/shop/web --owner WHO --reason WHY --days N
/// </code>
/// At most 1 KiB of UTF-8. The first line says enough alone, since many interfaces cut there. One line a rule, the most
/// severe first; all places are in <c>status.details.causes[]</c>. Values come from the rules' messages, which never repeat an
/// environment value or Secret data.
/// </summary>
internal static class RefusalText
{
    /// <summary>A patch that mends more findings than this would not fit beside their lines: among a thousand refusals of published manifests there is none.</summary>
    public const int MostMended = 4;

    private const string FixPrefix = "\nfix";
    private const int MaxLength = 1024;
    private const int MaxFirstLine = 320;
    private const int MaxLine = 280;

    /// <summary>The patch takes part only where this many rules have room beside it.</summary>
    private const int MostBeforePatch = 3;

    /// <param name="cureWithin">What mends all or some of the findings in a patch of at most so many bytes; null for nothing.</param>
    public static string Of(ObjectIdentity identity, string fixId, IReadOnlyList<Finding> denied, Func<int, MendedObject?> cureWithin)
    {
        var rules = ByRule(denied);
        var exempt = Exempt(identity, rules[0].First.Rule.Id);
        var firstLine = FirstLine(identity, fixId, rules);
        var text = new StringBuilder(firstLine, MaxLength);
        var room = MaxLength - Length(firstLine) - Length(exempt);
        var lines = new List<string>(MostBeforePatch);
        var first = rules.Count > MostBeforePatch ? Length(More(rules.Count)) : 0;
        for (var i = 0; i < Math.Min(rules.Count, MostBeforePatch); i++)
        {
            lines.Add(Line(rules[i]));
            first += Length(lines[i]);
        }

        var fix = cureWithin(room - first - Length(FixPrefix)) is { } cure ? FixLine(denied, cure) : "";
        fix = Length(fix) + first <= room ? fix : "";
        room -= Length(fix);
        for (var i = 0; i < rules.Count; i++)
        {
            var line = i < lines.Count ? lines[i] : Line(rules[i]);
            var rest = rules.Count - i - 1;
            var length = Length(line);
            if (length + (rest > 0 ? Length(More(rest)) : 0) > room)
            {
                text.Append(More(rest + 1));
                break;
            }

            text.Append(line);
            room -= length;
        }

        return text.Append(fix).Append(exempt).ToString();
    }

    /// <summary>Each rule once, the most severe first, else in the order in which they were found.</summary>
    private static List<RulePlaces> ByRule(IReadOnlyList<Finding> denied)
    {
        var rules = new List<RulePlaces>();
        for (var i = 0; i < denied.Count; i++)
        {
            // Findings come rule by rule, and for each of an object's pods once more.
            var rule = denied[i].Rule;
            var place = rules.Count - 1;
            while (place >= 0 && !ReferenceEquals(rules[place].First.Rule, rule))
            {
                place--;
            }

            if (place < 0)
            {
                rules.Add(new(denied[i], 1));
            }
            else
            {
                rules[place] = rules[place] with { Count = rules[place].Count + 1 };
            }
        }

        // Stable, and mostly in order.
        for (var i = 1; i < rules.Count; i++)
        {
            for (var j = i; j > 0 && rules[j].First.Rule.Severity > rules[j - 1].First.Rule.Severity; j--)
            {
                (rules[j - 1], rules[j]) = (rules[j], rules[j - 1]);
            }
        }

        return rules;
    }

    private static string FirstLine(ObjectIdentity identity, string fixId, List<RulePlaces> rules)
    {
        var tail = $" (fix id {fixId})";
        var count = rules.Count == 1 ? "1 rule" : $"{rules.Count} rules";
        var names = string.Join(", ", rules.Take(3).Select(rule => rule.First.Rule.Id)) + (rules.Count > 3 ? $", +{rules.Count - 3}" : "");
        var name = BoundedText.Line(identity.HasGeneratedName ? $"{identity}*" : identity.ToString(), 140);
        return BoundedText.Line($"selfheal: {name} denied by {count}: {names}", MaxFirstLine - tail.Length) + tail;
    }

    private static string Line(RulePlaces rule)
    {
        var (first, count) = rule;
        var more = count == 1 ? "" : count == 2 ? " (+1 place)" : $" (+{count - 1} places)";
        return "\n " + BoundedText.Line($"{first.Rule.Id} {first.Pointer}: {first.Message}", MaxLine - more.Length) + more;
    }

    private static string More(int rules) => rules == 1 ? "\n +1 rule" : $"\n +{rules} rules";

    private static string FixLine(IReadOnlyList<Finding> denied, MendedObject cure)
    {
        var gone = cure.Fixed.Select(finding => finding.Key).ToHashSet();
        var mended = denied.Count(finding => gone.Contains(finding.Key));
        return $"{FixPrefix}{(mended < denied.Count ? $" for {mended} of {denied.Count}" : "")}: {cure.Patch.ToJson()}";
    }

    private static string Exempt(ObjectIdentity identity, string rule)
    {
        if (identity.HasGeneratedName || string.IsNullOrEmpty(identity.Name))
        {
            return "\nexempt: by the name of what makes it (selfheal exempt --help); a generated name has none";
        }

        var name = identity.Namespace is null ? $"{identity.Kind}/{identity.Name}" : $"{identity.Kind}/{identity.Namespace}/{identity.Name}";
        return $"\nexempt: selfheal exempt {rule} {BoundedText.Line(name, 200)} --owner WHO --reason WHY --days N";
    }

    private static int Length(string text) => Encoding.UTF8.GetByteCount(text);

    /// <summary>What a rule has found: the first of it, and how many there are.</summary>
    private readonly record struct RulePlaces(Finding First, int Count);
}
