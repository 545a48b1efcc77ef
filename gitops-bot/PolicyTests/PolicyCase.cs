namespace SelfHealGitOps.Bot.PolicyTests;

/// <summary>
/// A folder of fixtures: <c>good.yaml</c>, in which nothing is found; <c>bad.yaml</c>, in which something is; and of what
/// comes of it <c>findings.txt</c> and <c>fixed.yaml</c>. A folder that is named after a rule is judged by that rule
/// alone, and so are the folders in it; any other by the whole policy.
/// </summary>
/// <param name="Name">Relative to the path that was asked for, with forward slashes.</param>
/// <param name="RuleId">Null for the whole policy.</param>
internal sealed record PolicyCase(string Folder, string Name, string? RuleId)
{
    public const string Good = "good.yaml";
    public const string Bad = "bad.yaml";
    public const string Fixed = "fixed.yaml";
    public const string Findings = "findings.txt";

    /// <summary>The cases in a folder and below, in the order of their names.</summary>
    /// <param name="isRule">Whether the policy knows a rule of this name.</param>
    public static IReadOnlyList<PolicyCase> Find(string root, Func<string, bool> isRule)
    {
        var cases = new List<PolicyCase>();
        Find(Path.GetFullPath(root), Path.GetFullPath(root), rule: null, isRule, cases);
        return cases;
    }

    public string PathOf(string file) => Path.Combine(Folder, file);

    public bool Has(string file) => File.Exists(PathOf(file));

    private static void Find(string root, string folder, string? rule, Func<string, bool> isRule, List<PolicyCase> cases)
    {
        var own = Path.GetFileName(folder);
        rule = isRule(own) ? own : rule;
        if (File.Exists(Path.Combine(folder, Good)) || File.Exists(Path.Combine(folder, Bad)))
        {
            var name = Path.GetRelativePath(root, folder).Replace(Path.DirectorySeparatorChar, '/');
            cases.Add(new(folder, name == "." ? own : name, rule));
        }

        foreach (var below in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(below) is not ".git" && new DirectoryInfo(below).LinkTarget is null)
            {
                Find(root, below, rule, isRule, cases);
            }
        }
    }
}
