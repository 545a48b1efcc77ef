using System.IO.Enumeration;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>One sign by which a namespace is of a class: its name (with <c>*</c> and <c>?</c>), or a label.</summary>
/// <param name="Label">The key of a label whose value the pattern is held against; null for the name of the namespace.</param>
internal sealed record NamespaceSign(NamespaceClass Class, string Pattern, string? Label = null);

/// <summary>
/// Which class a namespace is of. Where several signs hold, the heaviest class; where none does, production: a namespace
/// nobody classed is not a playground.
/// </summary>
internal sealed class NamespaceClasses(IReadOnlyList<NamespaceSign> signs)
{
    private static readonly string[] LabelKeys = ["environment", "env", "app.kubernetes.io/environment"];

    private static readonly (NamespaceClass Class, string[] Words)[] Words =
    [
        (NamespaceClass.Development, ["dev", "development", "test", "testing", "sandbox", "preview"]),
        (NamespaceClass.Staging, ["stage", "staging", "preprod", "uat", "qa"]),
        (NamespaceClass.Production, ["prod", "production", "live"]),
    ];

    /// <summary>What holds where the owner says nothing.</summary>
    public static NamespaceClasses Default { get; } = new(
    [
        .. new[] { "kube-*", "*-system", "argocd", "cert-manager", "istio-*", "openshift-*" }
            .Select(pattern => new NamespaceSign(NamespaceClass.System, pattern)),
        .. from row in Words
           from word in row.Words
           from pattern in new[] { word, $"{word}-*", $"*-{word}" }
           select new NamespaceSign(row.Class, pattern),
        .. from key in LabelKeys
           from row in Words
           from word in row.Words
           select new NamespaceSign(row.Class, word, key),
    ]);

    public IReadOnlyList<NamespaceSign> Signs => signs;

    /// <summary>What the base is multiplied by, in percent. Never below 100: no class makes a change lighter than it is.</summary>
    public static int PercentOf(NamespaceClass @class) => @class switch
    {
        NamespaceClass.Development => 100,
        NamespaceClass.Staging => 120,
        NamespaceClass.Production => 150,
        _ => 250,
    };

    public static string Word(NamespaceClass @class) => @class switch
    {
        NamespaceClass.Development => "development",
        NamespaceClass.Staging => "staging",
        NamespaceClass.Production => "production",
        _ => "system",
    };

    /// <param name="namespace">Null for an object of the whole cluster, which concerns the system.</param>
    /// <param name="labels">Of the namespace; null where nobody could look: then it is production at least.</param>
    public NamespaceClass Of(string? @namespace, IReadOnlyDictionary<string, string>? labels)
    {
        if (@namespace is null)
        {
            return NamespaceClass.System;
        }

        NamespaceClass? found = labels is null && signs.Any(sign => sign.Label is not null)
            ? signs.Where(sign => sign.Label is not null).Max(sign => sign.Class)
            : null;
        foreach (var sign in signs)
        {
            var seen = sign.Label is null ? @namespace : labels?.GetValueOrDefault(sign.Label);
            if (seen is not null && FileSystemName.MatchesSimpleExpression(sign.Pattern, seen) && !(found >= sign.Class))
            {
                found = sign.Class;
            }
        }

        return found ?? NamespaceClass.Production;
    }
}
