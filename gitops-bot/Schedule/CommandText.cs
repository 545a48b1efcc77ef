using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>
/// Finds in command text what is never done, whoever asks: deleting what nobody can bring back, <c>rm -rf</c>,
/// <c>DROP TABLE</c>. It errs to blocked: the text is read several ways (as a shell does, quoted parts as commands of
/// their own, and with all punctuation taken off), one reading that finds something is enough, and a deletion whose object
/// cannot be seen in the text counts as the worst. It is a net below the closed list of actions, not a sandbox: text that
/// passes it is still nothing that anybody runs.
/// </summary>
internal static class CommandText
{
    private const int MaxLength = 64 * 1024;
    private const int MaxDepth = 12;

    private static readonly SearchValues<char> Nesting = SearchValues.Create(" \n;|&()<>`'\"");
    private static readonly SearchValues<char> Hiding = SearchValues.Create("$`{*?[%");

    private static readonly FrozenSet<string> Deleting = Set("delete", "del", "remove", "destroy", "erase", "purge", "wipe", "-xdelete", "--request=delete");

    private static readonly FrozenSet<string> Shells = Set("sh", "bash", "dash", "zsh", "ksh", "ash", "fish", "python", "python3", "perl", "ruby", "node", "pwsh", "psql", "mysql");

    // What runs the words after it as a command.
    private static readonly FrozenSet<string> Runners = Set("sudo", "env", "command", "exec", "nohup", "time", "timeout", "busybox", "xargs", "parallel", "nice", "doas", "then", "do", "else");

    // Flags of kubectl whose value is the next word.
    private static readonly FrozenSet<string> TakesValue = Set(
        "-n", "--namespace", "--context", "--cluster", "--user", "--kubeconfig", "-s", "--server", "--token", "--as", "--as-group", "--as-uid", "-v", "--v",
        "--request-timeout", "--cache-dir", "--certificate-authority", "--client-certificate", "--client-key", "--profile", "--profile-output", "--tls-server-name",
        "-l", "--selector", "--field-selector", "--grace-period", "--cascade", "--timeout", "-o", "--output", "--dry-run", "-c", "--container", "--password", "--username");

    /// <returns>What the text does that is never done, each once and in order; empty for text that does none of it.</returns>
    public static IReadOnlyList<string> Judge(string text)
    {
        if (text.Length > MaxLength)
        {
            return [string.Create(CultureInfo.InvariantCulture, $"command text is {text.Length} characters long; must be at most {MaxLength} to be judged")];
        }

        var reasons = new SortedSet<string>(StringComparer.Ordinal);
        var plain = Plain(text);
        JudgeShell(plain, depth: 0, reasons);
        var flat = Flat(plain);
        foreach (var line in flat.Split('\n'))
        {
            JudgeWords(Words(line), reasons);
        }

        JudgeSql(Words(WithoutComments(plain)), reasons);
        return [.. reasons];
    }

    private static FrozenSet<string> Set(params string[] words) => words.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>In small letters, each space a space, without the characters that nobody sees, and wide forms as plain ones.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var value = rune.Value;
            switch (Rune.GetUnicodeCategory(rune))
            {
                case var _ when value is '\n' or '\r' or 0x0B or 0x0C or 0x85 or 0x2028 or 0x2029:
                    plain.Append('\n');
                    break;
                case UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark:
                    break;
                case UnicodeCategory.Control or UnicodeCategory.SpaceSeparator:
                    plain.Append(' ');
                    break;
                case UnicodeCategory.DashPunctuation:
                    plain.Append(value is 0x2014 or 0x2013 ? "--" : "-");
                    break;
                case UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation:
                    plain.Append(value is 0x2018 or 0x2019 ? '\'' : '"');
                    break;
                default:
                    plain.Append((char)(value is > 0xFF00 and < 0xFF5F ? value - 0xFEE0 : value < char.MaxValue ? value : 'x'));
                    break;
            }
        }

        // A backslash before \r\n stood before the line feed.
        return plain.Replace("\n\n", "\n").ToString().ToLowerInvariant();
    }

    /// <summary>Without quotes, brackets and the like, so that lists in JSON or YAML read as the command they hold.</summary>
    private static string Flat(string plain)
    {
        var flat = new StringBuilder(plain.Length);
        foreach (var c in plain.Replace("\\\n", " ", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal))
        {
            if (c is not ('\'' or '"' or '\\'))
            {
                flat.Append(c is '[' or ']' or '{' or '}' or ',' or '(' or ')' or '`' or ':' or '\t' ? ' ' : c is ';' or '|' or '&' ? '\n' : c);
            }
        }

        var text = flat.ToString();
        // Items of a YAML list are the words of one command.
        var lines = text.Split('\n').Select(line => line.Trim());
        return lines.Aggregate(new StringBuilder(), (all, line) => line.StartsWith("- ", StringComparison.Ordinal)
            ? all.Append(' ').Append(line.AsSpan(2))
            : all.Append('\n').Append(line)).ToString();
    }

    private static string[] Words(string text) => text.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private static void JudgeShell(string text, int depth, SortedSet<string> reasons)
    {
        if (depth > MaxDepth)
        {
            reasons.Add("commands within commands are too deep to be judged");
            return;
        }

        foreach (var command in CommandWords.Split(text))
        {
            JudgeWords(command.Words, reasons);
            JudgeUnseen(command, reasons);
            foreach (var word in command.Words)
            {
                if (word.AsSpan().ContainsAny(Nesting) && word.Length < text.Length)
                {
                    JudgeShell(word, depth + 1, reasons);
                }
            }
        }
    }

    private static void JudgeWords(IReadOnlyList<string> words, SortedSet<string> reasons)
    {
        JudgeRemoval(words, reasons);
        JudgeDeletion(words, reasons);
        JudgeKubectl(words, reasons);
    }

    /// <summary><c>rm</c> with both flags, together or apart, before or after the path, long ones cut short.</summary>
    private static void JudgeRemoval(IReadOnlyList<string> words, SortedSet<string> reasons)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (Program(words[i]) != "rm")
            {
                continue;
            }

            var (recursive, force, hidden) = (false, false, false);
            foreach (var word in words.Skip(i + 1))
            {
                var isLong = word.StartsWith("--", StringComparison.Ordinal);
                var isShort = !isLong && word.StartsWith('-');
                recursive |= isLong ? word.StartsWith("--r", StringComparison.Ordinal) : isShort && word.Contains('r', StringComparison.Ordinal);
                force |= isLong ? word.StartsWith("--f", StringComparison.Ordinal) : isShort && word.Contains('f', StringComparison.Ordinal);
                hidden |= word.StartsWith('$') || (isShort && IsHidden(word));
            }

            if ((recursive && force) || hidden)
            {
                reasons.Add("runs rm -rf");
            }
        }
    }

    /// <summary>Whatever the program is called: a word that deletes, and after it a kind that is protected.</summary>
    private static void JudgeDeletion(IReadOnlyList<string> words, SortedSet<string> reasons)
    {
        var isDeleting = false;
        foreach (var word in words)
        {
            if (isDeleting)
            {
                AddProtected(word, reasons);
            }

            isDeleting |= Deleting.Contains(word);
            AddCall(word, reasons);
        }

        // The path of a request may stand before the method.
        if (isDeleting)
        {
            foreach (var word in words)
            {
                AddPath(word, reasons);
            }
        }
    }

    private static void AddProtected(string word, SortedSet<string> reasons)
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
    private static void AddPath(string word, SortedSet<string> reasons)
    {
        var end = word.AsSpan().IndexOfAny('?', '#');
        var parts = (end < 0 ? word : word[..end]).Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (!IsApiPath(word))
        {
            return;
        }

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
    private static void AddCall(string word, SortedSet<string> reasons)
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

    /// <summary>Deletions by kubectl whose object is not in the text: from a file, a pipe or a variable.</summary>
    private static void JudgeKubectl(IReadOnlyList<string> words, SortedSet<string> reasons)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (!IsKubectl(words[i]) && !(i == 0 && words[i].StartsWith('$')))
            {
                continue;
            }

            var rest = words.Skip(i + 1).TakeWhile(word => word != "--").ToList();
            var named = Positional(rest).ToList();
            var verb = named.Count > 0 ? named[0] : "";
            if (IsHidden(verb))
            {
                reasons.Add("runs a kubectl command that cannot be seen in the text");
            }

            if (rest.Contains("--prune") || rest.Contains("--prune=true") || (verb == "replace" && rest.Any(word => word is "--force" or "--force=true")))
            {
                reasons.Add("deletes what cannot be seen in the text");
            }

            var at = named.FindIndex(word => word.StartsWith("delete", StringComparison.Ordinal));
            if (at < 0)
            {
                continue;
            }

            var what = named.Skip(at + 1).FirstOrDefault();
            if (what is null || IsHidden(what) || rest.Any(word => word is "-f" or "-k" or "--raw" || IsFile(word)))
            {
                reasons.Add("deletes what cannot be seen in the text");
            }
        }
    }

    private static bool IsFile(string word) => word.StartsWith("--filename", StringComparison.Ordinal) || word.StartsWith("--kustomize", StringComparison.Ordinal)
        || word is ['-', 'f' or 'k', _, ..];

    /// <summary>Words that are neither flags nor the values of flags.</summary>
    private static IEnumerable<string> Positional(List<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (TakesValue.Contains(words[i]))
            {
                i++;
            }
            else if (!words[i].StartsWith('-'))
            {
                yield return words[i];
            }
        }
    }

    /// <summary>A shell that reads from a pipe, from a substitution or out of a variable: what it runs is not in the text.</summary>
    private static void JudgeUnseen(CommandWords command, SortedSet<string> reasons)
    {
        var at = 0;
        while (at < command.Words.Count && (Runners.Contains(Program(command.Words[at])) || command.Words[at].Contains('=', StringComparison.Ordinal) || command.Words[at].StartsWith('-')))
        {
            at++;
        }

        if (at == command.Words.Count)
        {
            return;
        }

        var program = Program(command.Words[at]);
        var arguments = command.Words.Skip(at + 1).ToList();
        var isShell = Shells.Contains(program);
        var isFed = isShell && (command.Before == '|' || command.After == '<') && !arguments.Contains("-c") && !IsHereDocument(command);
        var isVariable = (isShell || program is "eval" or "source" or ".") && arguments.Any(argument => argument.StartsWith('$') || argument == "$");
        var isSubstituted = (isShell || program is "eval" or "source" or ".") && command.After is '`';
        if (isFed || isVariable || isSubstituted)
        {
            reasons.Add("runs a command that cannot be seen in the text");
        }
    }

    /// <summary>The lines of a here-document are in the text, and are judged as commands of their own; <c>&lt;&lt;&lt;</c> is like it.</summary>
    private static bool IsHereDocument(CommandWords command) => command.Before != '|' && command.After == '<' && command.IsDoubled;

    private static void JudgeSql(string[] words, SortedSet<string> reasons)
    {
        const int reach = 3;
        for (var i = 0; i < words.Length; i++)
        {
            if (Letters(words[i]) is not "drop")
            {
                continue;
            }

            foreach (var word in words.Skip(i + 1).Take(reach))
            {
                if (Letters(word) is "table" or "tables" or "database" or "schema")
                {
                    reasons.Add("runs DROP TABLE, or worse");
                }
            }
        }
    }

    private static string Letters(string word) => string.Concat(word.Where(char.IsAsciiLetter));

    /// <summary>Comments of SQL may stand where a space may; what follows <c>--</c> on a line is one.</summary>
    private static string WithoutComments(string plain)
    {
        var text = new StringBuilder(plain.Length);
        for (var i = 0; i < plain.Length; i++)
        {
            if (plain.AsSpan(i).StartsWith("/*") && plain.IndexOf("*/", i + 2, StringComparison.Ordinal) is > 0 and var end)
            {
                text.Append(' ');
                i = end + 1;
            }
            else
            {
                text.Append(plain[i] is ';' or '(' or '"' or '\'' or '`' or ',' or '+' ? ' ' : plain[i]);
            }
        }

        return text.ToString();
    }

    private static bool IsKubectl(string word)
    {
        var program = Program(word);
        return program is "k" or "oc" or "kubecolor" or "k3s" or "microk8s" || program.StartsWith("kubectl", StringComparison.Ordinal);
    }

    private static string Program(string word)
    {
        var name = word[(word.LastIndexOfAny(['/', '\\', '=', '(', '{', '"', '\'']) + 1)..];
        return name.EndsWith(".exe", StringComparison.Ordinal) ? name[..^4] : name;
    }

    /// <summary>A word that the shell turns into another one.</summary>
    private static bool IsHidden(string word) => word.AsSpan().ContainsAny(Hiding) || word is "@" or "-";
}
