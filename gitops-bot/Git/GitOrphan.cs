using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace SelfHealGitOps.Bot.Git;

/// <summary>
/// A bot that is killed leaves its git running: the lock on a clone ends with its owner, the owner's children do not, and
/// would go on writing to what the next process takes for its own. So it is noted which process that is, and the next one
/// ends it.
/// </summary>
internal static class GitOrphan
{
    /// <summary>Two processes do not compute quite the same start time of a third.</summary>
    private static readonly TimeSpan Doubt = TimeSpan.FromSeconds(2);

    public static void Note(string path, Process process)
    {
        try
        {
            File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $"{process.Id} {process.StartTime.ToUniversalTime().Ticks}"));
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It has ended already.
        }
    }

    public static void End(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        if (File.ReadAllText(path).Split(' ') is [var id, var start]
            && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks))
        {
            End(number, ticks);
        }

        File.Delete(path);
    }

    private static void End(int id, long ticks)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            if (TimeSpan.FromTicks(process.StartTime.ToUniversalTime().Ticks - ticks).Duration() < Doubt)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit(5000);
            }
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception or AggregateException)
        {
            // There is no such process any more.
        }
    }
}
