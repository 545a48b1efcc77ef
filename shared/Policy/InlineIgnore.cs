using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// A comment <c>selfheal: ignore[rule-id] until=2026-12-31 reason</c> in a manifest. It counts for whoever reads the file;
/// the API server gets no comments.
/// </summary>
/// <param name="Line">Of the comment, 1-based, as is <paramref name="Column"/>, which counts UTF-16 code units.</param>
/// <param name="Target">The line whose findings are ignored.</param>
/// <param name="Problem">Why it is not understood, and ignores nothing; null where it is.</param>
public sealed record InlineIgnore(int Document, int Line, int Column, int Target, EquatableArray<string> Rules, Expiry Expires, string Reason, string? Problem)
{
    private const string Form = "must be 'selfheal: ignore[rule-id] until=2026-12-31 reason'";

    /// <summary>Reads a comment; null where it is about something else.</summary>
    /// <param name="comment">The text behind its <c>#</c>.</param>
    internal static InlineIgnore? Parse(string comment, int document, int line, int column, int target)
    {
        var text = comment.AsSpan().Trim("# \t");
        if (!TryTake(ref text, "selfheal:") || !TryTake(ref text, "ignore"))
        {
            return null;
        }

        InlineIgnore Wrong(string problem) => new(document, line, column, target, [], default, "", problem);

        if (!TryTake(ref text, "[") || text.IndexOf(']') is not (>= 0 and var end))
        {
            return Wrong($"names no rule; {Form}");
        }

        string[] rules = text[..end].ToString().Split(',', StringSplitOptions.TrimEntries);
        text = text[(end + 1)..].TrimStart();
        if (rules.Any(rule => rule.Length == 0))
        {
            return Wrong($"names no rule, or an empty one; {Form}");
        }

        if (!TryTake(ref text, "until="))
        {
            return Wrong($"says not until when; {Form}");
        }

        var blank = text.IndexOfAny(' ', '\t');
        var until = (blank < 0 ? text : text[..blank]).ToString();
        if (!Expiry.TryParse(until, out var expiry))
        {
            return Wrong($"until={Excerpt.Of(until)} is no date; must be {Expiry.Shape}");
        }

        var reason = blank < 0 ? "" : text[blank..].Trim().ToString();
        return reason.Length == 0
            ? Wrong($"gives no reason; {Form}")
            : new(document, line, column, target, [.. rules.Distinct(StringComparer.Ordinal)], expiry, reason, Problem: null);
    }

    /// <summary>True when it ignores findings of the rule at this instant, on its line.</summary>
    internal bool Holds(string rule, DateTimeOffset now) =>
        Problem is null && !Expires.IsOver(now) && !Expires.IsTooFar(now) && Rules.Contains(rule);

    private static bool TryTake(ref ReadOnlySpan<char> text, string word)
    {
        if (!text.StartsWith(word, StringComparison.Ordinal))
        {
            return false;
        }

        text = text[word.Length..].TrimStart();
        return true;
    }
}
