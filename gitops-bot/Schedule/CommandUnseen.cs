using System.Collections.Frozen;
using System.Text.RegularExpressions;
using static SelfHealGitOps.Bot.Schedule.CommandProgram;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>Finds what is run and is not in the text: a program out of a variable, a shell that reads from elsewhere.</summary>
internal static partial class CommandUnseen
{
    private const string Unseen = "runs a command that cannot be seen in the text";

    private static readonly FrozenSet<string> Shells = FrozenSet.Create(StringComparer.Ordinal, "sh", "bash", "dash", "zsh", "ksh", "ash", "fish", "python", "python2", "python3", "perl", "ruby", "node", "pwsh", "powershell", "psql", "mysql", "mariadb");

    // These are given a database where others are given a script.
    private static readonly FrozenSet<string> Clients = FrozenSet.Create(StringComparer.Ordinal, "psql", "mysql", "mariadb");

    private static readonly FrozenSet<string> Evaluators = FrozenSet.Create(StringComparer.Ordinal, "eval", "source", ".");

    // What runs none of its words: a variable among them is no program.
    private static readonly FrozenSet<string> Plain = FrozenSet.Create(
        StringComparer.Ordinal,
        "git", "helm", "ls", "cp", "mv", "cd", "echo", "printf", "cat", "grep", "egrep", "sed", "awk", "cut", "sort", "head", "tail", "wc", "tr", "jq", "yq", "tar", "zip",
        "unzip", "mkdir", "touch", "test", "[", "[[", "export", "local", "read", "curl", "wget", "diff", "base64", "tee", "docker", "podman", "make", "kustomize", "argocd",
        "flux", "terraform", "aws", "gcloud", "az", "kubectx", "kubens", "for", "case", "return", "date", "sleep", "true", "false", "pg_dump", "psql", "mysql");

    /// <summary>A program out of a variable, a shell that reads from elsewhere: what is run is not in the text.</summary>
    public static void Judge(SortedSet<string> reasons, CommandWords command, bool isText)
    {
        var words = command.Words;
        var at = ProgramAt(command);

        // After > stands a file, and after < a file or the text itself; a program may follow.
        at = command.Before == '>' ? Math.Max(at, 1) : at;
        if (command.Before == '<' && words.Skip(1).Any(word => Shells.Contains(ProgramOf(word))))
        {
            reasons.Add(Unseen);
        }

        // Words behind a substitution are those of a command that began before it.
        var isRest = command.Before is ')' or '`';
        if (isRest && at == words.Count)
        {
            CommandRemoval.Judge(reasons, [.. words.Where(word => word.StartsWith('-'))], isRemoval: true);
        }

        JudgeProgram(reasons, command, at, isRest || isText);
        var dashes = 0;
        while (dashes < words.Count && words[dashes] != "--")
        {
            dashes++;
        }

        if (dashes + 1 < words.Count)
        {
            JudgeProgram(reasons, command, dashes + 1, isRest: false);
        }

        JudgeWrapped(reasons, words, at);
    }

    /// <summary>Where a command's program stands, behind what runs it, assignments and flags; behind the last word where there is none.</summary>
    private static int ProgramAt(CommandWords command)
    {
        var words = command.Words;
        var at = 0;
        while (at < words.Count && (Runners.Contains(ProgramOf(words[at])) || Assignment().IsMatch(words[at]) || words[at].StartsWith('-') || words[at].All(char.IsAsciiDigit)))
        {
            // "$(": the program is what the substitution gives. Before words it is a prompt.
            if (words[at] == "$" && at == words.Count - 1 && command.After is '(' or '`' && command.Before is not (')' or '`'))
            {
                break;
            }

            at++;
        }

        return at;
    }

    /// <summary>Programs that bring their own text in a form that nobody reads.</summary>
    public static void JudgeText(SortedSet<string> reasons, string text)
    {
        if (Decoder().IsMatch(text))
        {
            reasons.Add(Unseen);
        }
    }

    /// <summary>Whether the command is one that runs none of its words.</summary>
    public static bool IsPlain(CommandWords command) => IsPlain(command.Words, ProgramAt(command));

    private static bool IsPlain(IReadOnlyList<string> words, int at) =>
        at < words.Count && (Plain.Contains(ProgramOf(words[at])) || (IsKubectl(words[at]) && !words.Contains("--")));

    /// <param name="isRest">The word is none that a shell would run.</param>
    private static void JudgeProgram(SortedSet<string> reasons, CommandWords command, int at, bool isRest)
    {
        var words = command.Words;
        if (at >= words.Count)
        {
            // A runner alone, such as xargs: it is fed, or does nothing.
            return;
        }

        var program = ProgramOf(words[at]);
        var isHidden = program.Contains('$', StringComparison.Ordinal) || words[at].Contains("$(", StringComparison.Ordinal) || words[at].Contains('`', StringComparison.Ordinal)
            || (words[at].StartsWith('/') && IsHidden(words[at]));
        if (isHidden && !isRest)
        {
            reasons.Add(Unseen);
        }

        // Somebody may have put anything there a moment ago.
        if (words[at].StartsWith("/tmp/", StringComparison.Ordinal) || words[at].StartsWith("/var/tmp/", StringComparison.Ordinal) || words[at].StartsWith("/dev/", StringComparison.Ordinal)
            || (words[at].StartsWith("./", StringComparison.Ordinal) && words.Count == at + 1 && command.Before is ';' or '&' or '|'))
        {
            reasons.Add(Unseen);
        }

        var isShell = Shells.Contains(program);
        if (!isShell && !Evaluators.Contains(program))
        {
            return;
        }

        var isClient = Clients.Contains(program);
        var (isCode, isScript, isVariable) = (false, false, false);
        for (var i = at + 1; i < words.Count; i++)
        {
            isVariable |= words[i].StartsWith('$') && (!isClient || CodeFlag().IsMatch(words[i - 1]));
            isScript |= isClient ? words[i].StartsWith("-f", StringComparison.Ordinal) || words[i].StartsWith("--file", StringComparison.Ordinal)
                : !isCode && words[i].Length > 0 && !words[i].StartsWith('-') && !words[i].StartsWith('+') && program != "eval";
            isCode |= CodeFlag().IsMatch(words[i]);
        }

        var isHere = command.Before != '|' && command.After == '<' && command.IsDoubled;
        var isFed = isShell && (command.Before == '|' || (command.Before == '(' && words.Count == at + 1) || command.After == '<') && !isCode && !isHere;
        var isXargs = words.Take(at).Any(word => ProgramOf(word) is "xargs" or "parallel");
        if (isFed || isScript || isVariable || isXargs || command.After is '`')
        {
            reasons.Add(Unseen);
        }
    }

    /// <summary>A variable among the words of a program that may run them: with what it would need to delete behind it, it does.</summary>
    private static void JudgeWrapped(SortedSet<string> reasons, IReadOnlyList<string> words, int at)
    {
        if (IsPlain(words, at))
        {
            return;
        }

        var hidden = 0;
        while (hidden < words.Count && !(words[hidden].Length > 1 && words[hidden].AsSpan().ContainsAny('$', '?', '[')))
        {
            hidden++;
        }

        if (hidden >= words.Count)
        {
            return;
        }

        var rest = words.Skip(hidden + 1).ToList();
        if (rest.Take(3).Any(word => ProtectedKinds.Find(word) is not null))
        {
            reasons.Add(Unseen);
        }

        CommandRemoval.Judge(reasons, [.. rest.Where(word => word.StartsWith('-') && !word.StartsWith('$'))], isRemoval: true);
    }

    [GeneratedRegex(@"^[a-z_][a-z0-9_]*\+?=", RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();

    /// <summary>What follows is code, and judged as text like any other.</summary>
    [GeneratedRegex(@"^(-[a-z]*[ce]|--command|--execute|--eval|-command)(=.*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex CodeFlag();

    [GeneratedRegex(@"b64decode|frombase64string|-enc(odedcommand)?\s|unhexlify|codecs\.decode|atob\(", RegexOptions.CultureInvariant)]
    private static partial Regex Decoder();
}
