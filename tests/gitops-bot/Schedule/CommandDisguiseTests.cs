using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using SelfHealGitOps.Bot.Schedule;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Schedule;

/// <summary>What is never done is found in whatever disguise; and the disguises by themselves are no crime.</summary>
public class CommandDisguiseTests
{
    private const string Cyrillic = "aаeеoоpрcсxхyуiіsѕ";

    private static readonly string[] Forbidden =
    [
        "kubectl delete ns shop", "kubectl delete namespace/shop", "kubectl -n shop delete pvc data", "kubectl delete pv,pod data-0", "kubectl delete clusterrole admin",
        "kubectl delete -f all.yaml", "kubectl apply --prune -f .", "kubectl replace --force -f x.yaml", "rm -rf /data", "rm -r -f /data", "rm --recursive --force /data",
        "DROP TABLE users", "DROP DATABASE shop", "curl -X DELETE https://a.example.com/api/v1/namespaces/shop", "find /data -delete",
        "helm uninstall web", "TRUNCATE TABLE users", "etcdctl del /registry", "kubectl delete crd widgets",
    ];

    private static readonly string[] Harmless =
    [
        "kubectl get pods", "kubectl delete pod web -n project", "kubectl rollout restart deployment/web", "helm list", "git status", "rm -r /tmp/x", "kubectl get ns",
    ];

    /// <summary>Of letters: each leaves what some reader makes of the text as it was. The place is any number.</summary>
    private static readonly (string Name, Func<string, int, string> Of)[] Letters =
    [
        ("as it is", (text, _) => text),
        ("capitals", (text, at) => string.Concat(text.Select((c, i) => (i + at) % 2 == 0 ? char.ToUpperInvariant(c) : c))),
        ("empty quotes", (text, at) => Within(text, at, c => $"{c}''")),
        ("empty double quotes", (text, at) => Within(text, at, c => $"{c}\"\"")),
        ("backslash", (text, at) => Within(text, at, c => "nrtux".Contains(c) ? $"{c}" : $"\\{c}")),
        ("nothing that is seen", (text, at) => Within(text, at, c => $"{c}\u200b")),
        ("accent", (text, at) => Within(text, at, c => $"{c}\u0301")),
        ("Cyrillic", (text, at) => Within(text, at, c => Cyrillic.IndexOf(c) is >= 0 and var i && i % 2 == 0 ? $"{Cyrillic[i + 1]}" : $"{c}")),
        ("all Cyrillic", (text, _) => string.Concat(text.Select(c => Cyrillic.IndexOf(c) is >= 0 and var i && i % 2 == 0 ? Cyrillic[i + 1] : c))),
        ("wide", (text, at) => Within(text, at, c => $"{(char)(c + 0xFEE0)}")),
        ("JSON escape", (text, at) => Within(text, at, c => $"\\u{(int)c:x4}")),
        ("C escape", (text, at) => Within(text, at, c => $"\\x{(int)c:x2}")),
        ("URL escape", (text, at) => Within(text, at, c => $"%{(int)c:x2}")),
        ("HTML escape", (text, at) => Within(text, at, c => string.Create(CultureInfo.InvariantCulture, $"&#{(int)c};"))),
        ("empty variable", (text, at) => Within(text, at, c => $"{c}${{x}}")),
        ("no arguments", (text, at) => Within(text, at, c => $"{c}$@")),
    ];

    private static readonly (string Name, Func<string, string> Of)[] Spaces =
    [
        ("as they are", text => text),
        ("tabs", text => text.Replace(' ', '\t')),
        ("two", text => text.Replace(" ", "  ", StringComparison.Ordinal)),
        ("wide", text => text.Replace(' ', '\u3000')),
        ("hard", text => text.Replace(' ', '\u00a0')),
        ("lines that go on", text => text.Replace(" ", " \\\n", StringComparison.Ordinal)),
        ("IFS", text => text.Replace(" ", "${IFS}", StringComparison.Ordinal)),
        ("IFS and nothing", text => text.Replace(" ", "$IFS$9", StringComparison.Ordinal)),
        ("escaped tabs", text => text.Replace(" ", "\\t", StringComparison.Ordinal)),
    ];

    private static readonly (string Name, Func<string, string> Of)[] Wraps =
    [
        ("none", text => text),
        ("sh -c", text => $"sh -c '{text.Replace("'", "'\\''", StringComparison.Ordinal)}'"),
        ("sudo", text => $"sudo {text}"),
        ("after", text => $"kubectl get pods; {text}"),
        ("and", text => $"true&&{text}"),
        ("brackets", text => $"({text})"),
        ("substitution", text => $"echo $({text})"),
        ("comment", text => $"# {text}"),
        ("globs around", text => $"ls /tmp/*; {text}; ls */"),
        ("fence", text => $"Do this:\n```sh\n{text}\n```\n"),
        ("list", text => $"[{string.Join(", ", text.Split(' ').Select(word => JsonSerializer.Serialize(word)))}]"),
        ("JSON", text => JsonSerializer.Serialize(new { command = text })),
    ];

    private static Gen<(string Of, string Disguised)> Disguises(string[] commands) =>
        from command in Gen.Elements(commands)
        from letters in Gen.Elements(Letters)
        from more in Gen.Elements(Letters)
        from place in Gen.Choose(0, 200)
        from otherPlace in Gen.Choose(0, 200)
        from spaces in Gen.Elements(Spaces)
        from wrap in Gen.Elements(Wraps)
        from outer in Gen.Elements(Wraps)
        let bare = letters.Of(more.Of(command, otherPlace), place)
        select ($"{command}: {more.Name}, {letters.Name}, {spaces.Name}, {wrap.Name}, {outer.Name}", outer.Of(wrap.Of(spaces.Of(bare))));

    [Fact]
    public void What_is_never_done_is_found_in_any_disguise() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(Disguises(Forbidden).ToArbitrary(), pair => CommandText.Judge(pair.Disguised).Count > 0));

    [Fact]
    public void What_is_wrapped_and_harmless_stays_so() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(
            (from command in Gen.Elements(Harmless) from wrap in Gen.Elements(Wraps) select wrap.Of(command)).ToArbitrary(), text => CommandText.Judge(text).Count == 0));

    /// <summary>One letter as something else; the first after the place, and what is no letter stays.</summary>
    private static string Within(string text, int place, Func<char, string> of)
    {
        var letters = Enumerable.Range(0, text.Length).Where(i => char.IsAsciiLetterLower(text[i]) && IsFree(text, i)).ToList();
        if (letters.Count == 0)
        {
            return text;
        }

        var at = letters[place % letters.Count];
        return text[..at] + of(text[at]) + text[(at + 1)..];
    }

    /// <summary>No part of an escape: two disguises of one letter would be none.</summary>
    private static bool IsFree(string text, int at) => text.AsSpan(Math.Max(0, at - 7), Math.Min(at, 7)).IndexOfAny("\\%&${") < 0;
}
