using System.Text;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>What required-label-owner and required-annotation-email share: an object must carry an entry whose key and value match.</summary>
internal static class RequiredEntry
{
    /// <param name="map">Labels or annotations.</param>
    /// <param name="owner">What the owner gives all objects that lack it.</param>
    public static void Check(Rule rule, Subject subject, FindingList findings, Name map, Pattern key, Pattern value, IReadOnlyDictionary<string, string> owner)
    {
        var entries = subject.Metadata[map];
        foreach (var entry in entries.Entries)
        {
            if (key.IsMatch(entry.Utf8Key) && (value.IsMatch(entry.Value.Utf8) || TemplateText.IsExpression(entry.Value.Utf8)))
            {
                return;
            }
        }

        var what = map == Name.Labels ? "label" : "annotation";
        var wanted = value.Text.Length == 0 ? $"a {what} '{key}'" : $"a {what} '{key}' whose value matches {value}";
        wanted = what == "annotation" ? "an" + wanted[1..] : wanted;
        var message = $"the object has no {wanted[(wanted.IndexOf(' ', StringComparison.Ordinal) + 1)..]}; must have one";
        if (OfOwner(key, value, owner) is not var (ownKey, ownValue))
        {
            findings.Add(rule, entries, message, Refusal.NeedsEvidence($"{wanted} for this object"));
        }
        else if (entries[ownKey] is { IsWritten: true } other)
        {
            findings.Add(
                rule,
                entries,
                message,
                Refusal.NeedsDecision($"whether the {what} {ownKey} is {Seen.Of(other)}, as it is written, or {Excerpt.Of(ownValue)}, as in the owner's defaults"));
        }
        else
        {
            findings.Add(
                rule, entries, message, new Fix($"Add the {what} {ownKey} from the owner's defaults", Safety.Review, new Edit.Set(entries[ownKey].Path, ownValue)));
        }
    }

    private static (string Key, string Value)? OfOwner(Pattern key, Pattern value, IReadOnlyDictionary<string, string> owner)
    {
        foreach (var (ownKey, ownValue) in owner.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (key.IsMatch(Encoding.UTF8.GetBytes(ownKey)) && value.IsMatch(Encoding.UTF8.GetBytes(ownValue)))
            {
                return (ownKey, ownValue);
            }
        }

        return null;
    }
}
