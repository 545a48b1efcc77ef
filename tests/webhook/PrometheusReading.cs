using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests;

/// <summary>A strict reader of the text format 0.0.4; fails on whatever a scraper would refuse or warn of.</summary>
internal sealed partial class PrometheusReading
{
    private readonly Dictionary<string, double> samples = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> types = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, double> Samples => samples;

    public IReadOnlyDictionary<string, string> Types => types;

    public double Value(string series) => samples.TryGetValue(series, out var value) ? value : throw new KeyNotFoundException(series);

    public static PrometheusReading Of(string text)
    {
        Assert.EndsWith("\n", text);
        Assert.DoesNotContain("\r", text);
        var reading = new PrometheusReading();
        var family = "";
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Help().Match(line) is { Success: true } help)
            {
                family = help.Groups["name"].Value;
                Assert.DoesNotContain(family, reading.types.Keys);
            }
            else if (Type().Match(line) is { Success: true } type)
            {
                Assert.Equal(family, type.Groups["name"].Value);
                reading.types.Add(family, type.Groups["type"].Value);
            }
            else
            {
                var sample = Sample().Match(line);
                Assert.True(sample.Success, line);
                var name = sample.Groups["name"].Value;
                var isHistogram = reading.types[family] == "histogram";
                Assert.Contains(name, isHistogram ? [family + "_bucket", family + "_sum", family + "_count"] : new[] { family });
                Assert.Equal(reading.types[family] == "counter", name.EndsWith("_total", StringComparison.Ordinal));
                reading.samples.Add(name + sample.Groups["labels"].Value, double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture));
            }
        }

        return reading;
    }

    [GeneratedRegex(@"^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\]|\\\\|\\n)+$")]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram)$")]
    private static partial Regex Type();

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{[a-zA-Z_][a-zA-Z0-9_]*=""(?:[^""\\]|\\\\|\\""|\\n)*""(?:,[a-zA-Z_][a-zA-Z0-9_]*=""(?:[^""\\]|\\\\|\\""|\\n)*"")*\})? (?<value>[-+0-9.eE]+|NaN|[+-]Inf)$")]
    private static partial Regex Sample();
}
