using System.Text;
using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>Two texts as a diff that <c>git apply</c> takes.</summary>
internal static class UnifiedDiff
{
    public static string Of(string file, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        using var text = new StringWriter { NewLine = "\n" };
        new DiffReport(text, new Terminal(IsThere: false, Ansi.None)).Write(file, Encoding.UTF8.GetString(before), Encoding.UTF8.GetString(after));
        return text.ToString();
    }
}
