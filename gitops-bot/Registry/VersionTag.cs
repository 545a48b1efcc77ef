using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>How good a name for one build a tag is, best first.</summary>
internal enum TagRank
{
    /// <summary><c>1.27.3</c>: by custom, never moved.</summary>
    Release,

    /// <summary><c>1.27.3-alpine</c>: a release on another base.</summary>
    Variant,

    /// <summary><c>1.28.0-rc.1</c>.</summary>
    PreRelease,
}

/// <summary>
/// A tag that names one version: three numbers or four, with a <c>v</c> before them or without, and what may follow them.
/// Ordered as semantic versions are, within its rank.
/// </summary>
internal sealed partial record VersionTag(string Tag, EquatableArray<long> Numbers, string Suffix, TagRank Rank)
{
    /// <summary>Newest and best first: releases, then variants, then pre-releases.</summary>
    public static IComparer<VersionTag> BestFirst { get; } = Comparer<VersionTag>.Create(static (x, y) =>
        x.Rank != y.Rank ? x.Rank.CompareTo(y.Rank)
        : CompareNumbers(y, x) is not 0 and var numbers ? numbers
        : CompareSuffixes(y.Suffix, x.Suffix) is not 0 and var suffixes ? suffixes
        : string.CompareOrdinal(x.Tag, y.Tag));

    /// <summary>Reads a tag; where it names no version, says why it is set aside.</summary>
    public static bool TryParse(string tag, [NotNullWhen(true)] out VersionTag? version, [NotNullWhen(false)] out string? whyNot)
    {
        version = null;
        var match = Form().Match(tag);
        if (!match.Success)
        {
            whyNot = Partial().IsMatch(tag) ? "names a line of versions, and moves to the newest of them" : "names no version, and can be moved";
            return false;
        }

        var suffix = match.Groups["suffix"].Value;
        EquatableArray<long> numbers =
            [.. match.Groups["number"].Captures.Select(number => long.Parse(number.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture))];
        var rank = suffix.Length == 0 ? TagRank.Release : EarlyWord().IsMatch(suffix) ? TagRank.PreRelease : TagRank.Variant;
        version = new(tag, numbers, suffix, rank);
        whyNot = null;
        return true;
    }

    public override string ToString() => Tag;

    private static int CompareNumbers(VersionTag x, VersionTag y)
    {
        for (var i = 0; i < Math.Max(x.Numbers.Count, y.Numbers.Count); i++)
        {
            var (left, right) = (i < x.Numbers.Count ? x.Numbers[i] : 0, i < y.Numbers.Count ? y.Numbers[i] : 0);
            if (left != right)
            {
                return left.CompareTo(right);
            }
        }

        return 0;
    }

    /// <summary>By identifiers, numbers before words and by value, as semver.org says in its clause 11.</summary>
    private static int CompareSuffixes(string x, string y)
    {
        var (left, right) = (x.Split('.', '-', '_'), y.Split('.', '-', '_'));
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var isNumber = long.TryParse(left[i], NumberStyles.None, CultureInfo.InvariantCulture, out var first);
            var isOtherNumber = long.TryParse(right[i], NumberStyles.None, CultureInfo.InvariantCulture, out var second);
            var order = (isNumber, isOtherNumber) switch
            {
                (true, true) => first.CompareTo(second),
                (true, false) => -1,
                (false, true) => 1,
                _ => string.CompareOrdinal(left[i], right[i]),
            };
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    [GeneratedRegex(@"\Av?(?<number>[0-9]{1,18})(\.(?<number>[0-9]{1,18})){2,3}([-_](?<suffix>[A-Za-z0-9._-]+))?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    [GeneratedRegex(@"\Av?[0-9]+(\.[0-9]+)?([-_][A-Za-z0-9._-]+)?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Partial();

    [GeneratedRegex(@"(\A|[-._])(alpha|beta|a|b|rc|cr|pre|preview|dev|snapshot|nightly|canary|next|edge|ea|m|milestone|test|unstable)[0-9]*([-._]|\z)", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex EarlyWord();
}
