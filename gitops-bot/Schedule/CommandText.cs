using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>
/// Finds in command text what is never done, whoever asks: deleting what nobody can bring back, <c>rm -rf</c>,
/// <c>DROP TABLE</c>. It errs to blocked: the text is read several ways (as a shell does, quoted parts as commands of
/// their own, with escapes read, and with all punctuation taken off), one reading that finds something is enough, and what
/// cannot be seen in the text, be it a program, a verb or what is deleted, counts as the worst. It is a net below the
/// closed list of actions, not a sandbox: text that passes it is still nothing that anybody runs.
/// </summary>
internal sealed partial class CommandText
{
    public const int MaxLength = 64 * 1024;

    /// <summary>Far above any command that a person could review.</summary>
    public const int MaxWords = 4096;

    private const int MaxDepth = 12;

    private const string Unseen = "runs a command that cannot be seen in the text";
    internal const string UnseenDeletion = "deletes what cannot be seen in the text";
    private const string Removal = "runs rm -rf";

    private static readonly SearchValues<char> Nesting = SearchValues.Create(" \n;|&()<>`'\"");
    private static readonly SearchValues<char> Hiding = SearchValues.Create("$`{*?[%");

    private static readonly FrozenSet<string> Deleting = Set("delete", "del", "remove", "destroy", "erase", "purge", "wipe");

    private static readonly FrozenSet<string> Shells = Set("sh", "bash", "dash", "zsh", "ksh", "ash", "fish", "python", "python2", "python3", "perl", "ruby", "node", "pwsh", "powershell", "psql", "mysql", "mariadb");

    // These are given a database where others are given a script.
    private static readonly FrozenSet<string> Clients = Set("psql", "mysql", "mariadb");

    private static readonly FrozenSet<string> Evaluators = Set("eval", "source", ".");

    // What runs the words after it as a command.
    private static readonly FrozenSet<string> Runners = Set(
        "sudo", "env", "command", "builtin", "exec", "nohup", "time", "timeout", "busybox", "xargs", "parallel", "nice", "ionice", "doas", "setsid", "stdbuf",
        "chroot", "unshare", "watch", "strace", "flock", "then", "do", "else", "if", "elif", "while", "until", "!", "{", "$", "&&", "||");

    // What runs none of its words: a variable among them is no program.
    private static readonly FrozenSet<string> Plain = Set(
        "git", "helm", "ls", "cp", "mv", "cd", "echo", "printf", "cat", "grep", "egrep", "sed", "awk", "cut", "sort", "head", "tail", "wc", "tr", "jq", "yq", "tar", "zip",
        "unzip", "mkdir", "touch", "test", "[", "[[", "export", "local", "read", "curl", "wget", "diff", "base64", "tee", "docker", "podman", "make", "kustomize", "argocd",
        "flux", "terraform", "aws", "gcloud", "az", "kubectx", "kubens", "for", "case", "return", "date", "sleep", "true", "false", "pg_dump", "psql", "mysql");

    // Verbs of kubectl that delete nothing by themselves: what is called "delete" behind them is a name, or prose.
    private static readonly FrozenSet<string> OtherVerbs = Set(
        "annotate", "api-resources", "api-versions", "apply", "attach", "auth", "autoscale", "certificate", "cluster-info", "config", "cordon", "cp", "create", "debug",
        "describe", "diff", "drain", "edit", "events", "explain", "expose", "get", "label", "logs", "patch", "port-forward", "rollout", "run", "scale", "set", "taint",
        "top", "uncordon", "version", "wait");

    // Flags of kubectl whose value is the next word. Of those that may stand without one, such as --cascade, none: the next
    // word is a word of its own.
    internal static readonly FrozenSet<string> TakesValue = Set(
        "-n", "--namespace", "--context", "--cluster", "--user", "--kubeconfig", "-s", "--server", "--token", "--as", "--as-group", "--as-uid", "-v", "--v",
        "--request-timeout", "--cache-dir", "--certificate-authority", "--client-certificate", "--client-key", "--profile", "--profile-output", "--tls-server-name",
        "-l", "--selector", "--field-selector", "--grace-period", "--timeout", "-o", "--output", "--password", "--username");

    private readonly SortedSet<string> reasons = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> aliases = new(StringComparer.Ordinal);

    private CommandText()
    {
    }

    /// <returns>What the text does that is never done, each once and in order; empty for text that does none of it.</returns>
    public static IReadOnlyList<string> Judge(string text)
    {
        if (text.Length > MaxLength)
        {
            return [string.Create(CultureInfo.InvariantCulture, $"command text is {text.Length} characters long; must be at most {MaxLength} to be judged")];
        }

        var readings = CommandReadings.Of(text);
        var most = readings.Max(CountWords);
        if (most > MaxWords)
        {
            return [string.Create(CultureInfo.InvariantCulture, $"command text has {most} words; must have at most {MaxWords} to be judged")];
        }

        var judge = new CommandText();
        foreach (var reading in readings)
        {
            judge.JudgeShell(reading, depth: 0, isText: false);
            foreach (var line in CommandWords.Flat(reading))
            {
                judge.JudgeWords(line);
            }

            CommandSql.Judge(reading, judge.reasons);
            if (Decoder().IsMatch(reading))
            {
                judge.reasons.Add(Unseen);
            }
        }

        return [.. judge.reasons];
    }

    private static FrozenSet<string> Set(params string[] words) => words.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whatever ends a word in any reading of it.</summary>
    private static int CountWords(string text)
    {
        var count = 0;
        var isWord = false;
        foreach (var c in text)
        {
            var isPart = !char.IsWhiteSpace(c) && !";|&()<>`,[]{}:".Contains(c, StringComparison.Ordinal);
            count += isPart && !isWord ? 1 : 0;
            isWord = isPart;
        }

        return count;
    }

    /// <param name="isText">An argument of a program that runs none: what it begins with is no program.</param>
    private void JudgeShell(string text, int depth, bool isText)
    {
        if (depth > MaxDepth)
        {
            reasons.Add("commands within commands are too deep to be judged");
            return;
        }

        foreach (var command in CommandWords.Split(text))
        {
            JudgeWords(command.Words);
            JudgeUnseen(command, isText);
            isText = false;
            var isOfPlain = IsPlain(command.Words, ProgramAt(command));
            foreach (var word in command.Words)
            {
                if (word.AsSpan().ContainsAny(Nesting) && word.Length < text.Length)
                {
                    JudgeShell(word, depth + 1, isOfPlain);
                }
            }
        }
    }

    private void JudgeWords(IReadOnlyList<string> words)
    {
        words = Filled(words);
        JudgeRemoval(words, isRemoval: false);
        JudgeDeletion(words);
        JudgeKubectl(words);
        JudgeFinalizers(words);
        CommandDestroyers.Judge(words, reasons);
        JudgeAlias(words);
    }

    /// <summary>xargs may be told to put what it reads in the place of any word; such a word is nothing that one sees.</summary>
    private static IReadOnlyList<string> Filled(IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (Program(words[i]) is not ("xargs" or "parallel"))
            {
                continue;
            }

            for (var at = i + 1; at < words.Count; at++)
            {
                // In small letters -I is -i, which takes none but the one that it is written with.
                var mark = words[at] == "-i" && at + 1 < words.Count ? words[at + 1]
                    : words[at] is ['-', 'i', _, ..] ? words[at][2..]
                    : words[at].StartsWith("--replace=", StringComparison.Ordinal) ? words[at]["--replace=".Length..] : null;
                if (mark is { Length: > 0 })
                {
                    return [.. words.Take(at + 1), .. words.Skip(at + 1).Select(word => word.Contains(mark, StringComparison.Ordinal) && !IsKubectl(word) && !Runners.Contains(word) ? "{}" : word)];
                }
            }
        }

        return words;
    }

    /// <summary><c>rm</c> with both flags, together or apart, before or after the path, long ones cut short; and what does the same.</summary>
    /// <param name="isRemoval">Whether the program that goes before the words may be one.</param>
    private void JudgeRemoval(IReadOnlyList<string> words, bool isRemoval)
    {
        var (recursive, force, isFind) = (false, false, false);
        foreach (var word in words)
        {
            if (isRemoval)
            {
                var isLong = word.StartsWith("--", StringComparison.Ordinal);
                var isShort = !isLong && word.StartsWith('-');
                recursive |= isLong ? word.StartsWith("--r", StringComparison.Ordinal) : isShort && word.Contains('r', StringComparison.Ordinal);
                // Not to ask is what force is for.
                force |= isLong ? word.StartsWith("--f", StringComparison.Ordinal) || (word.StartsWith("--i", StringComparison.Ordinal) && Value(word) is "never" or "no" or "none") || word.StartsWith("--no-preserve", StringComparison.Ordinal)
                    : isShort ? word.Contains('f', StringComparison.Ordinal) : IsLasting(word);
                if ((recursive && force) || word.StartsWith('$') || (isShort && IsHidden(word)))
                {
                    reasons.Add(Removal);
                    return;
                }
            }

            var program = Program(word);
            isRemoval |= program is "rm" or "remove-item" or "ri";
            isFind |= program is "find" or "fd";
            if (isFind && word is "-delete")
            {
                reasons.Add("deletes files that cannot be seen in the text");
            }

            if (word.Contains("rmtree", StringComparison.Ordinal) || program is "rimraf")
            {
                reasons.Add(Removal);
            }
        }
    }

    /// <summary>Where no terminal is, <c>rm</c> asks nothing; and what lies below these is kept, as it is not in a scratch folder.</summary>
    private static bool IsLasting(string word) => word.StartsWith('~')
        || (word.StartsWith('/') && (word.Contains("..", StringComparison.Ordinal) || !(word.StartsWith("/tmp/", StringComparison.Ordinal) || word.StartsWith("/var/tmp/", StringComparison.Ordinal))));

    /// <summary>Whatever the program is called: a word that deletes, and after it a kind that is protected.</summary>
    private void JudgeDeletion(IReadOnlyList<string> words)
    {
        var (isDeleting, isKubectl, isValue, isQuestion) = (false, false, false, false);
        var before = "";
        foreach (var word in words)
        {
            if (isDeleting && !isValue)
            {
                AddProtected(word);
            }

            isKubectl |= IsKubectl(word);
            // "kubectl auth can-i delete ns" asks, and does nothing.
            isQuestion = !IsKubectl(word) && (isQuestion || (isKubectl && before == "auth" && word == "can-i"));
            // To other programs the same flags are other flags.
            isValue = !isValue && isKubectl && TakesValue.Contains(word);
            isDeleting |= !isQuestion && (Deleting.Contains(word) || IsMethod(word));
            AddCall(word);
            before = word;
        }

        // The path of a request may stand before the method.
        if (isDeleting)
        {
            foreach (var word in words)
            {
                AddPath(word);
            }
        }
    }

    /// <summary><c>-XDELETE</c>, also at the end of other short flags, <c>--request=DELETE</c>, <c>--method=DELETE</c>, <c>-Method:Delete</c>.</summary>
    private static bool IsMethod(string word) =>
        word.Length > 1 && word[0] == '-' && (Value(word) == "delete" || (word[1] != '-' && word.EndsWith("xdelete", StringComparison.Ordinal)));

    private static string? Value(string flag) => flag.AsSpan().IndexOfAny('=', ':') is >= 0 and var at ? flag[(at + 1)..].Trim(' ', '"', '\'') : null;

    private void AddProtected(string word)
    {
        if (word.StartsWith('-') || IsApiPath(word))
        {
            return;
        }

        foreach (var part in word.Split([',', '/', '{', '}', '"', '\'', ';', '!', '?', ':'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (ProtectedKinds.Find(part) is { } kind)
            {
                reasons.Add($"deletes a {kind}");
            }
        }
    }

    /// <summary>A path of the API: <c>/api/v1/namespaces/shop</c>, but not what lies in a namespace.</summary>
    private void AddPath(string word)
    {
        if (!IsApiPath(word))
        {
            return;
        }

        var end = word.AsSpan().IndexOfAny('?', '#');
        var parts = (end < 0 ? word : word[..end]).Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            var isWithin = parts[i] == "namespaces" && i + 2 < parts.Length && parts[i + 2] is not ("finalize" or "status");
            if (!isWithin && ProtectedKinds.Find(parts[i]) is { } kind)
            {
                reasons.Add($"deletes a {kind}");
            }
        }
    }

    private static bool IsApiPath(string word) => word.Contains("/api/v", StringComparison.Ordinal) || word.Contains("/apis/", StringComparison.Ordinal);

    /// <summary>Calls of client libraries: <c>delete_namespace(</c>, <c>DeleteCollectionPersistentVolume</c>; not <c>delete_namespaced_pod</c>.</summary>
    private void AddCall(string word)
    {
        if (!word.Contains("delete", StringComparison.Ordinal) || word.StartsWith('-'))
        {
            return;
        }

        var letters = string.Concat(word.Where(char.IsAsciiLetter)).Replace("collection", "", StringComparison.Ordinal);
        foreach (var (call, kind) in new[]
        {
            ("deletenamespace", "Namespace"), ("deletepersistentvolumeclaim", "PersistentVolumeClaim"), ("deletenamespacedpersistentvolumeclaim", "PersistentVolumeClaim"),
            ("deletepersistentvolume", "PersistentVolume"), ("deleteclusterrolebinding", "ClusterRoleBinding"), ("deleteclusterrole", "ClusterRole"),
        })
        {
            var at = letters.IndexOf(call, StringComparison.Ordinal);
            if (at >= 0 && !(call == "deletenamespace" && letters.AsSpan(at + call.Length).StartsWith("d")))
            {
                reasons.Add($"deletes a {kind}");
                return;
            }
        }
    }

    /// <summary>Deletions by kubectl whose object is not in the text: from a file, a pipe or a variable; and verbs that are not.</summary>
    private void JudgeKubectl(IReadOnlyList<string> words)
    {
        var first = 0;
        while (first < words.Count && !IsKubectl(words[first]))
        {
            first++;
        }

        if (first == words.Count)
        {
            return;
        }

        // What is fed to kubectl as words is a verb, for all one sees.
        var isFed = words.Take(first).Any(word => Program(word) is "xargs" or "parallel");
        var (isDeleting, isReplacing, isPruning, isForced, isFile) = (false, false, false, false, false);
        var start = first + 1;
        for (var i = start; i <= words.Count; i++)
        {
            if (i < words.Count && !IsKubectl(words[i]) && words[i] != "--")
            {
                isReplacing |= words[i] == "replace";
                isPruning |= IsOn(words[i], "--prune");
                isForced |= IsOn(words[i], "--force");
                isFile |= IsFile(words[i]);
                continue;
            }

            isDeleting |= JudgeKubectl(words, start, i, isFed);
            // What follows two dashes is another command's, with its own flags.
            start = i + 1;
            if (i < words.Count && words[i] == "--")
            {
                while (i + 1 < words.Count && !IsKubectl(words[i + 1]))
                {
                    i++;
                }

                // "minikube kubectl -- delete ns": a launcher's.
                isDeleting |= start <= i && words[start].StartsWith("delete", StringComparison.Ordinal) && JudgeKubectl(words, start, i + 1, isFed);
                start = ++i + 1;
            }
        }

        if (isPruning || (isReplacing && isForced) || (isDeleting && isFile))
        {
            reasons.Add(UnseenDeletion);
        }
    }

    /// <summary>One of them, from its first word on.</summary>
    /// <returns>Whether it deletes.</returns>
    private bool JudgeKubectl(IReadOnlyList<string> words, int start, int end, bool isFed)
    {
        string? verb = null, what = null;
        // What stands behind a flag that nobody knows may be its value.
        var (isDeleting, isOther, isSure) = (false, false, true);
        for (var i = start; i < end; i++)
        {
            if (TakesValue.Contains(words[i]))
            {
                i++;
            }
            else if (!words[i].StartsWith('-'))
            {
                isOther |= verb is null && isSure && OtherVerbs.Contains(words[i]);
                verb ??= words[i];
                what ??= isDeleting ? words[i] : null;
                isDeleting |= !isOther && words[i].StartsWith("delete", StringComparison.Ordinal);
            }
            else
            {
                isSure &= words[i].Contains('=', StringComparison.Ordinal);
            }
        }

        if (verb is null ? isFed : IsHidden(verb))
        {
            reasons.Add("runs a kubectl command that cannot be seen in the text");
        }

        if (isDeleting && (what is null || IsHidden(what)))
        {
            reasons.Add(UnseenDeletion);
        }

        return isDeleting;
    }

    /// <summary>Whoever takes the finalizers off an object that is being deleted deletes it, whatever still holds on to it.</summary>
    private void JudgeFinalizers(IReadOnlyList<string> words)
    {
        var (isKubectl, isValue, isTaken) = (false, false, false);
        var kinds = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            if (word.Contains("/namespaces/", StringComparison.Ordinal) && word.TrimEnd('/').EndsWith("/finalize", StringComparison.Ordinal))
            {
                reasons.Add("takes the finalizers off a Namespace");
            }

            if (isKubectl && !isValue && !word.StartsWith('-'))
            {
                kinds.UnionWith(word.Split([',', '/']).Select(ProtectedKinds.Find).OfType<string>());
            }

            isTaken |= isKubectl && word.Contains("finalizers", StringComparison.Ordinal);
            isValue = !isValue && isKubectl && TakesValue.Contains(word);
            isKubectl |= IsKubectl(word);
        }

        if (isTaken && words.Any(word => word is "patch" or "edit" or "replace"))
        {
            reasons.UnionWith(kinds.Select(kind => $"takes the finalizers off a {kind}"));
        }
    }

    /// <summary>A switch, as Go reads it: on without a value, and by whatever is not one of its words for off.</summary>
    internal static bool IsOn(string word, string flag) =>
        word == flag || (word.StartsWith(flag, StringComparison.Ordinal) && word[flag.Length] == '=' && word[(flag.Length + 1)..].Trim('"', '\'') is not ("false" or "f" or "0"));

    /// <summary><c>-f</c> and <c>-k</c>, also among other short flags, and the long ones.</summary>
    private static bool IsFile(string word) => word.StartsWith("--filename", StringComparison.Ordinal) || word.StartsWith("--kustomize", StringComparison.Ordinal)
        || word.StartsWith("--raw", StringComparison.Ordinal) || ShortFile().IsMatch(word);

    private void JudgeAlias(IReadOnlyList<string> words)
    {
        if (words.Count > 1 && words[0] == "alias")
        {
            foreach (var word in words.Skip(1))
            {
                if (word.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
                {
                    aliases[word[..at]] = word[(at + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                }
            }
        }
        else if (words.Count > 0 && aliases.Remove(words[0], out var value))
        {
            JudgeWords([.. value, .. words.Skip(1)]);
            aliases[words[0]] = value;
        }
    }

    /// <summary>A program out of a variable, a shell that reads from elsewhere: what is run is not in the text.</summary>
    private void JudgeUnseen(CommandWords command, bool isText)
    {
        var words = command.Words;
        var at = ProgramAt(command);

        // After > stands a file, and after < a file or the text itself; a program may follow.
        at = command.Before == '>' ? Math.Max(at, 1) : at;
        if (command.Before == '<' && words.Skip(1).Any(word => Shells.Contains(Program(word))))
        {
            reasons.Add(Unseen);
        }

        // Words behind a substitution are those of a command that began before it.
        var isRest = command.Before is ')' or '`';
        if (isRest && at == words.Count)
        {
            JudgeRemoval([.. words.Where(word => word.StartsWith('-'))], isRemoval: true);
        }

        JudgeProgram(command, at, isRest || isText);
        var dashes = 0;
        while (dashes < words.Count && words[dashes] != "--")
        {
            dashes++;
        }

        if (dashes + 1 < words.Count)
        {
            JudgeProgram(command, dashes + 1, isRest: false);
        }

        JudgeWrapped(words, at);
    }

    /// <summary>Where a command's program stands, behind what runs it, assignments and flags; behind the last word where there is none.</summary>
    private static int ProgramAt(CommandWords command)
    {
        var words = command.Words;
        var at = 0;
        while (at < words.Count && (Runners.Contains(Program(words[at])) || Assignment().IsMatch(words[at]) || words[at].StartsWith('-') || words[at].All(char.IsAsciiDigit)))
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

    private static bool IsPlain(IReadOnlyList<string> words, int at) =>
        at < words.Count && (Plain.Contains(Program(words[at])) || (IsKubectl(words[at]) && !words.Contains("--")));

    /// <param name="isRest">The word is none that a shell would run.</param>
    private void JudgeProgram(CommandWords command, int at, bool isRest)
    {
        var words = command.Words;
        if (at >= words.Count)
        {
            // A runner alone, such as xargs: it is fed, or does nothing.
            return;
        }

        var program = Program(words[at]);
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
        var isXargs = words.Take(at).Any(word => Program(word) is "xargs" or "parallel");
        if (isFed || isScript || isVariable || isXargs || command.After is '`')
        {
            reasons.Add(Unseen);
        }
    }

    /// <summary>A variable among the words of a program that may run them: with what it would need to delete behind it, it does.</summary>
    private void JudgeWrapped(IReadOnlyList<string> words, int at)
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

        JudgeRemoval([.. rest.Where(word => word.StartsWith('-') && !word.StartsWith('$'))], isRemoval: true);
    }

    internal static bool IsKubectl(string word)
    {
        var program = Program(word);
        return program is "k" or "oc" or "kubecolor" or "k3s" or "microk8s" || program.StartsWith("kubectl", StringComparison.Ordinal) || program.EndsWith(".kubectl", StringComparison.Ordinal);
    }

    internal static string Program(string word)
    {
        var name = word[(word.LastIndexOfAny(['/', '\\', '=', ':', '(', '{', '"', '\'']) + 1)..];
        return name.EndsWith(".exe", StringComparison.Ordinal) ? name[..^4] : name;
    }

    /// <summary>A word that the shell turns into another one.</summary>
    private static bool IsHidden(string word) => word.AsSpan().ContainsAny(Hiding) || word is "@" or "-";

    [GeneratedRegex(@"^[a-z_][a-z0-9_]*\+?=", RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^-[a-z]*[fk]", RegexOptions.CultureInvariant)]
    private static partial Regex ShortFile();

    /// <summary>What follows is code, and judged as text like any other.</summary>
    [GeneratedRegex(@"^(-[a-z]*[ce]|--command|--execute|--eval|-command)(=.*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex CodeFlag();

    /// <summary>Programs that bring their own text in a form that nobody reads.</summary>
    [GeneratedRegex(@"b64decode|frombase64string|-enc(odedcommand)?\s|unhexlify|codecs\.decode|atob\(", RegexOptions.CultureInvariant)]
    private static partial Regex Decoder();
}
