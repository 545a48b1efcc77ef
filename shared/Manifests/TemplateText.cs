namespace SelfHealGitOps.Manifests;

/// <summary>
/// Tells templates (Helm, Go, Jinja) from manifests that merely mention <c>{{</c>, as alerts, dashboards and Argo
/// workflows do inside quotes and block scalars. Templates are asked first: an exception costs more than a file.
/// </summary>
internal static class TemplateText
{
    /// <summary>A line that begins with <c>{{</c> at the left margin: inside no document of the API can that be text.</summary>
    public static bool IsCertain(ReadOnlySpan<byte> bytes) => bytes.StartsWith("{{"u8) || bytes.IndexOf("\n{{"u8) >= 0;

    /// <summary>For text that is not YAML: an expression that stands outside of quotes and comments on its line.</summary>
    public static bool IsLikely(ReadOnlySpan<byte> bytes)
    {
        foreach (var range in bytes.Split((byte)'\n'))
        {
            var line = bytes[range];
            var at = line.IndexOf("{{"u8);
            if (at >= 0 && line[..at].IndexOfAny("\"'"u8) < 0 && !line.TrimStart(" \t"u8).StartsWith("#"u8))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when a scalar holds an expression that something fills in before it reaches a cluster.</summary>
    public static bool IsExpression(ReadOnlySpan<byte> scalar) =>
        scalar.IndexOf("{{"u8) >= 0 || scalar.IndexOf("${"u8) >= 0 || scalar.IndexOf("{%"u8) >= 0;
}
