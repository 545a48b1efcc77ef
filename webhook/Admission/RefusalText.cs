using System.Text;
using SelfHealGitOps.Manifests;
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
    /// <summary>A patch with more edits than this would not fit.</summary>
    public const int MostEdits = 10;

    private const int MaxLength = 1024;
    private const int MaxFirstLine = 320;
    private const int MaxLine = 280;

    /// <summary>The patch takes part only where this many rules have room beside it.</summary>
    private const int MostBeforePatch = 3;

    /// <param name="cure">What mends all or some of the findings; null for nothing.</param>
    public static string Of(ObjectIdentity identity, string fixId, IReadOnlyList<Finding> denied, MendedObject? cure)
    {
        var rules = ByRule(denied);
        var exempt = Exempt(identity, rules[0][0].Rule.Id);
        var text = new StringBuilder(MaxLength).Append(FirstLine(identity, fixId, rules));
        var room = MaxLength - Length(text.ToString()) - Length(exempt);
        var lines = new List<string>(rules.Count);
        foreach (var rule in rules)
        {
            lines.Add(Line(rule));
        }

        var fix = cure is null || HoldsSecrets(cure) ? "" : FixLine(denied, cure);
        var first = lines.Take(MostBeforePatch).Sum(Length) + (lines.Count > MostBeforePatch ? Length(More(lines.Count)) : 0);
        fix = Length(fix) + first <= room ? fix : "";
        room -= Length(fix);
        for (var i = 0; i < lines.Count; i++)
        {
            var rest = lines.Count - i - 1;
            if (Length(lines[i]) + (rest > 0 ? Length(More(rest)) : 0) > room)
            {
                text.Append(More(rest + 1));
                break;
            }

            text.Append(lines[i]);
            room -= Length(lines[i]);
        }

        return text.Append(fix).Append(exempt).ToString();
    }

    /// <summary>The findings of each rule, the most severe rule first, else in the order in which they were found.</summary>
    private static List<List<Finding>> ByRule(IReadOnlyList<Finding> denied)
    {
        var rules = new List<List<Finding>>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var finding in denied)
        {
            if (!places.TryGetValue(finding.Rule.Id, out var place))
            {
                places.Add(finding.Rule.Id, place = rules.Count);
                rules.Add([]);
            }

            rules[place].Add(finding);
        }

        return [.. rules.OrderByDescending(rule => rule[0].Rule.Severity)];
    }

    private static string FirstLine(ObjectIdentity identity, string fixId, List<List<Finding>> rules)
    {
        var tail = $" (fix id {fixId})";
        var count = rules.Count == 1 ? "1 rule" : $"{rules.Count} rules";
        var names = string.Join(", ", rules.Take(3).Select(rule => rule[0].Rule.Id)) + (rules.Count > 3 ? $", +{rules.Count - 3}" : "");
        var name = BoundedText.Line(identity.HasGeneratedName ? $"{identity}*" : identity.ToString(), 140);
        return BoundedText.Line($"selfheal: {name} denied by {count}: {names}", MaxFirstLine - tail.Length) + tail;
    }

    private static string Line(List<Finding> rule)
    {
        var more = rule.Count == 1 ? "" : rule.Count == 2 ? " (+1 place)" : $" (+{rule.Count - 1} places)";
        return "\n " + BoundedText.Line($"{rule[0].Rule.Id} {rule[0].Pointer}: {rule[0].Message}", MaxLine - more.Length) + more;
    }

    private static string More(int rules) => rules == 1 ? "\n +1 rule" : $"\n +{rules} rules";

    private static string FixLine(IReadOnlyList<Finding> denied, MendedObject cure)
    {
        var gone = cure.Fixed.Select(finding => finding.Key).ToHashSet();
        var mended = denied.Count(finding => gone.Contains(finding.Key));
        return $"\nfix{(mended < denied.Count ? $" for {mended} of {denied.Count}" : "")}: {cure.Patch.ToJson()}";
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

    /// <summary>What stands in an environment or in a Secret is shown to nobody, also where an edit only moves it.</summary>
    private static bool HoldsSecrets(MendedObject cure) =>
        cure.Edits.Any(each => each.Edit.Path.Steps.Any(step => step is PathStep.Key("env" or "data" or "stringData")));

    private static int Length(string text) => Encoding.UTF8.GetByteCount(text);
}
