using System.Text;
using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>Two texts as a patch that <c>git apply</c> takes.</summary>
internal static class UnifiedDiff
{
    /// <returns>Empty where the texts are the same.</returns>
    public static string Of(string file, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after) =>
        Of(file, Encoding.UTF8.GetString(before), Encoding.UTF8.GetString(after));

    /// <returns>Empty where the texts are the same.</returns>
    public static string Of(string file, string before, string after)
    {
        if (before == after)
        {
            return "";
        }

        using var text = new StringWriter { NewLine = "\n" };
        new DiffReport(text, new Terminal(IsThere: false, Ansi.None)).Write(file, before, after);
        return text.ToString();
    }
}
