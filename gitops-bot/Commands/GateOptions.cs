using System.CommandLine;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Commands;

/// <summary>Which findings count, as it stands on the command line.</summary>
internal sealed class GateOptions
{
    public Option<string?> Since { get; } = new("--since")
    {
        Description = "Report, and mend, only what the changes of the work tree since a commit touch: since the last one in common with a branch, a tag or a hash.",
        HelpName = "REF",
    };

    public Option<string?> Baseline { get; } = new("--baseline")
    {
        Description = "Findings that this file knows neither fail nor are they mended.",
        HelpName = "FILE",
    };

    public Option<string?> WriteBaseline { get; } = new("--write-baseline")
    {
        Description = "Write down all findings, to be known from now on; none of them fails this run.",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Since, Baseline, WriteBaseline })
        {
            command.Add(option);
        }
    }

    /// <exception cref="UsageException">The options make no sense together, or a baseline is none.</exception>
    public (Baseline? Known, BaselineFile? Written) Open(ParseResult parsed, bool isText, IReadOnlySet<string> reports)
    {
        var since = parsed.GetValue(Since);
        if (since is "")
        {
            throw new UsageException("--since wants a commit: a branch, a tag or a hash");
        }

        if (since is not null && isText)
        {
            throw new UsageException("--since asks what has changed in files; standard input has no history");
        }

        if (since is not null && parsed.GetValue(WriteBaseline) is not null)
        {
            throw new UsageException("a baseline holds all findings, and --since leaves some out; give one of --since and --write-baseline");
        }

        var known = parsed.GetValue(Baseline) is { } name ? BaselineFile.Read(name) : null;
        var written = parsed.GetValue(WriteBaseline) is { } place ? BaselineFile.ForWriting(place) : null;
        return written is not null && reports.Contains(written.Path)
            ? throw new UsageException($"--write-baseline {Printable.Of(written.Name)}: a report is to be written there")
            : (known, written);
    }
}
