namespace SelfHealGitOps.Bot.Report;

/// <summary>What is at the other end of a stream.</summary>
/// <param name="IsThere">A terminal, which obeys control characters; else a file or a pipe, which wants bytes as they are.</param>
internal sealed record Terminal(bool IsThere, Ansi Ansi)
{
    public static Terminal Output() => new(!Console.IsOutputRedirected, Ansi.ForOutput());

    public static Terminal Error() => new(!Console.IsErrorRedirected, Ansi.None);
}
