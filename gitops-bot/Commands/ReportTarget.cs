namespace SelfHealGitOps.Bot.Commands;

/// <summary>One <c>-o FORMAT[=FILE]</c>. A null file is standard output.</summary>
internal sealed record ReportTarget(string Format, string? File)
{
    public static string[] Formats { get; } = ["table", "json", "yaml", "sarif", "junit", "github", "gitlab"];

    /// <exception cref="UsageException">An unknown format, an empty file name, or two reports for one place.</exception>
    public static IReadOnlyList<ReportTarget> Parse(IReadOnlyList<string> options)
    {
        var targets = options.Select(Parse).ToList();
        var twice = targets.GroupBy(target => target.File, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? targets
            : throw new UsageException($"two reports cannot both go to {twice.Key ?? "standard output"}; give one of them a file: -o {twice.Last().Format}=FILE");
    }

    private static ReportTarget Parse(string option)
    {
        var equals = option.IndexOf('=', StringComparison.Ordinal);
        var format = equals < 0 ? option : option[..equals];
        var file = equals < 0 ? null : option[(equals + 1)..];
        return !Formats.Contains(format, StringComparer.Ordinal) ? throw new UsageException($"-o {option}: '{format}' is no format; use one of {string.Join(", ", Formats)}")
            : file is "" ? throw new UsageException($"-o {option}: a file name has to follow the '='")
            : new(format, file);
    }
}
