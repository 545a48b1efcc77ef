using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Webhook.Admission;

/// <summary>
/// What the refused client reads. The grammar is stable: people and tools go by it.
/// <code>
/// selfheal: Deployment shop/web denied by 2 rules: latest-tag, pss-privileged (fix id d-7f3a9c21de)
///  latest-tag /spec/template/spec/containers/0/image: message
///  +3 more
/// fix: [JSON Patch]
/// exempt: how to
/// </code>
/// At most 1 KiB. The first line says enough alone, since many interfaces cut there. Values come from the rules' messages,
/// which never repeat an environment value or Secret data.
/// </summary>
internal static class RefusalText
{
    /// <summary>A patch with more edits than this would not fit.</summary>
    public const int MostEdits = 10;

    private const int MaxLength = 1024;
    private const int MaxFirstLine = 320;
    private const int MaxLine = 280;

    /// <param name="cure">What mends all or some of the findings; null for nothing.</param>
    public static string Of(ObjectIdentity identity, string fixId, IReadOnlyList<Finding> denied, MendedObject? cure)
    {
        var ids = AuditText.RuleIds(denied);
        var text = new StringBuilder(MaxLength);
        text.Append(FirstLine(identity, fixId, ids));
        var exempt = $"\nexempt: selfheal exempt {ids[0]} (an entry in the policy file, with owner, reason and expiry)";
        var room = MaxLength - Length(text.ToString()) - Length(exempt);
        var fix = cure is null || HoldsSecrets(cure) ? "" : FixLine(denied, cure);

        // The patch takes part only where the first violation has room beside it.
        var first = Line(denied[0]);
        fix = Length(fix) + Length(first) + Length(More(denied.Count)) <= room ? fix : "";
        room -= Length(fix);
        for (var i = 0; i < denied.Count; i++)
        {
            var line = Line(denied[i]);
            var rest = denied.Count - i - 1;
            if (Length(line) + (rest > 0 ? Length(More(rest)) : 0) > room)
            {
                text.Append(More(rest + 1));
                break;
            }

            text.Append(line);
            room -= Length(line);
        }

        return text.Append(fix).Append(exempt).ToString();
    }

    private static string FirstLine(ObjectIdentity identity, string fixId, List<string> ids)
    {
        var tail = $" (fix id {fixId})";
        var count = $"{ids.Count} {(ids.Count == 1 ? "rule" : "rules")}";
        var names = string.Join(", ", ids.Take(3)) + (ids.Count > 3 ? $", +{ids.Count - 3}" : "");
        var name = BoundedText.Line(identity.HasGeneratedName ? $"{identity}*" : identity.ToString(), 140);
        return BoundedText.Line($"selfheal: {name} denied by {count}: {names}", MaxFirstLine - tail.Length) + tail;
    }

    private static string Line(Finding finding) => "\n " + BoundedText.Line($"{finding.Rule.Id} {finding.Pointer}: {finding.Message}", MaxLine);

    private static string More(int count) => $"\n +{count} more";

    private static string FixLine(IReadOnlyList<Finding> denied, MendedObject cure)
    {
        var mended = denied.Count(finding => cure.Fixed.Any(each => each.Key == finding.Key));
        return $"\nfix{(mended < denied.Count ? $" for {mended} of {denied.Count}" : "")}: {cure.Patch.ToJson()}";
    }

    /// <summary>What stands in an environment or in a Secret is shown to nobody, also where an edit only moves it.</summary>
    private static bool HoldsSecrets(MendedObject cure) =>
        cure.Edits.Any(each => each.Edit.Path.Steps.Any(step => step is PathStep.Key("env" or "data" or "stringData")));

    private static int Length(string text) => Encoding.UTF8.GetByteCount(text);
}
