using System.Buffers;
using System.Collections.Frozen;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>What the words of a command are, wherever they stand: a program, a flag, a word that the shell turns into another.</summary>
internal static class CommandProgram
{
    private static readonly SearchValues<char> Hiding = SearchValues.Create("$`{*?[%");

    // What runs the words after it as a command.
    public static readonly FrozenSet<string> Runners = FrozenSet.Create(
        StringComparer.Ordinal,
        "sudo", "env", "command", "builtin", "exec", "nohup", "time", "timeout", "busybox", "xargs", "parallel", "nice", "ionice", "doas", "setsid", "stdbuf",
        "chroot", "unshare", "watch", "strace", "flock", "then", "do", "else", "if", "elif", "while", "until", "!", "{", "$", "&&", "||");

    // Flags of kubectl whose value is the next word. Of those that may stand without one, such as --cascade, none: the next
    // word is a word of its own.
    public static readonly FrozenSet<string> TakesValue = FrozenSet.Create(
        StringComparer.Ordinal,
        "-n", "--namespace", "--context", "--cluster", "--user", "--kubeconfig", "-s", "--server", "--token", "--as", "--as-group", "--as-uid", "-v", "--v",
        "--request-timeout", "--cache-dir", "--certificate-authority", "--client-certificate", "--client-key", "--profile", "--profile-output", "--tls-server-name",
        "-l", "--selector", "--field-selector", "--grace-period", "--timeout", "-o", "--output", "--password", "--username");

    public static bool IsKubectl(string word)
    {
        var program = ProgramOf(word);
        return program is "k" or "oc" or "kubecolor" or "k3s" or "microk8s" || program.StartsWith("kubectl", StringComparison.Ordinal) || program.EndsWith(".kubectl", StringComparison.Ordinal);
    }

    public static string ProgramOf(string word)
    {
        var name = word[(word.LastIndexOfAny(['/', '\\', '=', ':', '(', '{', '"', '\'']) + 1)..];
        return name.EndsWith(".exe", StringComparison.Ordinal) ? name[..^4] : name;
    }

    /// <summary>A word that the shell turns into another one.</summary>
    public static bool IsHidden(string word) => word.AsSpan().ContainsAny(Hiding) || word is "@" or "-";

    /// <summary>A switch, as Go reads it: on without a value, and by whatever is not one of its words for off.</summary>
    public static bool IsOn(string word, string flag) =>
        word == flag || (word.StartsWith(flag, StringComparison.Ordinal) && word[flag.Length] == '=' && word[(flag.Length + 1)..].Trim('"', '\'') is not ("false" or "f" or "0"));

    /// <summary>What is written with a flag: <c>--flag=value</c>.</summary>
    public static string? ValueOf(string flag) => flag.AsSpan().IndexOfAny('=', ':') is >= 0 and var at ? flag[(at + 1)..].Trim(' ', '"', '\'') : null;
}
