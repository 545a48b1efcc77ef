using System.Text;

namespace SelfHealGitOps.Cluster;

/// <summary>The texts of <c>Warning</c> headers: <c>299 - "batch/v1beta1 CronJob is deprecated"</c>, several of them by comma.</summary>
internal static class WarningText
{
    // The API server ends at 4096 characters in all; whatever is in between may not.
    private const int MaxWarnings = 100;

    public static IReadOnlyList<string> Read(IEnumerable<string> headers)
    {
        var warnings = new List<string>();
        foreach (var header in headers)
        {
            for (var at = header.IndexOf('"'); at >= 0 && warnings.Count < MaxWarnings; at = header.IndexOf('"', at))
            {
                var text = new StringBuilder();
                for (at++; at < header.Length && header[at] != '"'; at++)
                {
                    if (header[at] == '\\' && at + 1 < header.Length)
                    {
                        at++;
                    }

                    text.Append(header[at]);
                }

                warnings.Add(text.ToString());
                at++;

                // After the text there may be a date, in quotes as well.
                var next = header.IndexOf(',', Math.Min(at, header.Length));
                var quote = header.IndexOf('"', Math.Min(at, header.Length));
                if (quote >= 0 && (next < 0 || quote < next))
                {
                    at = Math.Min(header.IndexOf('"', quote + 1) is >= 0 and var end ? end + 1 : header.Length, header.Length);
                }

                if (at >= header.Length)
                {
                    break;
                }
            }
        }

        return warnings.Count == 0 ? [] : warnings;
    }
}
