using System.Globalization;
using System.Text;

namespace SelfHealGitOps.Webhook.Telemetry;

/// <summary>
/// Writes metrics as Prometheus reads them, version 0.0.4: each family with its HELP and TYPE, its samples together behind it.
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
/// </summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder text = new(16 * 1024);
    private string family = "";

    public void Counter(string name, string help) => Family(name, help, "counter");

    public void Gauge(string name, string help) => Family(name, help, "gauge");

    public void Histogram(string name, string help) => Family(name, help, "histogram");

    /// <summary>A sample of the family that was begun last.</summary>
    public void Sample(double value, params ReadOnlySpan<(string Name, string Value)> labels) => Sample("", value, labels);

    public void Counter(string name, string help, double value)
    {
        Counter(name, help);
        Sample(value);
    }

    public void Gauge(string name, string help, double value)
    {
        Gauge(name, help);
        Sample(value);
    }

    /// <summary>All samples of one histogram.</summary>
    public void Buckets(LatencyHistogram histogram, string label, string labelValue)
    {
        var counts = histogram.Cumulated();
        for (var i = 0; i < counts.Length; i++)
        {
            Sample("_bucket", counts[i], (label, labelValue), ("le", i < LatencyHistogram.Bounds.Length ? Number(LatencyHistogram.Bounds[i]) : "+Inf"));
        }

        Sample("_sum", histogram.Sum.TotalSeconds, (label, labelValue));
        Sample("_count", counts[^1], (label, labelValue));
    }

    public override string ToString() => text.ToString();

    private void Family(string name, string help, string type)
    {
        family = name;
        text.Append("# HELP ").Append(name).Append(' ')
            .Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    private void Sample(string suffix, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        text.Append(family).Append(suffix);
        var separator = '{';
        foreach (var (name, labelValue) in labels)
        {
            text.Append(separator).Append(name).Append("=\"");
            foreach (var c in labelValue)
            {
                _ = c switch
                {
                    '\\' => text.Append("\\\\"),
                    '"' => text.Append("\\\""),
                    '\n' => text.Append("\\n"),
                    _ => text.Append(c),
                };
            }

            text.Append('"');
            separator = ',';
        }

        text.Append(labels.IsEmpty ? " " : "} ").Append(Number(value)).Append('\n');
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
