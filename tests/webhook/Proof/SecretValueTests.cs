using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Tests;
using SelfHealGitOps.Webhook.Tests.Bypass;
using Xunit;
using Xunit.Abstractions;

namespace SelfHealGitOps.Webhook.Tests.Proof;

/// <summary>
/// No answer ever holds the value of an environment variable or of a Secret: each such value of the corpora gives way to
/// a canary, and every byte of every answer is searched for it, decoded patch, warnings and audit annotations included.
/// </summary>
public sealed class SecretValueTests(ITestOutputHelper output)
{
    /// <summary>Looks like a credential to the rules that look for some.</summary>
    private const string Canary = "AKIACANARY7XQZ2PLM4K";

    [CorporaTheory("repos")]
    [InlineData(AdmissionMode.Enforce)]
    [InlineData(AdmissionMode.Warn)]
    [InlineData(AdmissionMode.Observe)]
    public void No_answer_holds_an_environment_value_or_Secret_data(AdmissionMode mode)
    {
        var policy = Reviewing.Policy("all", new AdmissionSettings { Mode = mode, Correct = MutationTests.CorrectingAll("all").Admission.Correct });
        var complaints = new ConcurrentBag<string>();
        var planted = 0;
        Parallel.ForEach(
            CorporaObject.All.Where(each => each.HasType),
            () => new Reviewing(),
            (each, _, reviewing) =>
            {
                foreach (var form in (string[])[Canary, $"password={Canary}", $"https://user:{Canary}@example.com/", Convert.ToBase64String(Encoding.UTF8.GetBytes(Canary))])
                {
                    var root = each.Root.DeepClone().AsObject();
                    var count = Plant(root, form, isInside: false);
                    if (count == 0)
                    {
                        break;
                    }

                    Interlocked.Add(ref planted, count);
                    foreach (var mutates in (bool[])[false, true])
                    {
                        var answer = reviewing.Ask((each with { Root = root }).Question.ToBytes(), policy, mutates);
                        var all = $"{Encoding.UTF8.GetString(answer.Bytes)}\n{answer.Patch}";
                        if (all.Contains(Canary, StringComparison.Ordinal) || all.Contains(form, StringComparison.Ordinal))
                        {
                            var at = Math.Max(0, all.IndexOf(form[..Math.Min(12, form.Length)], StringComparison.Ordinal) - 200);
                            complaints.Add($"{each}, {(mutates ? "mutate" : "validate")}: …{all[at..Math.Min(all.Length, at + 400)]}…");
                        }
                    }
                }

                return reviewing;
            },
            reviewing => reviewing.Dispose());

        output.WriteLine($"{planted} canaries planted");
        Assert.True(planted > 500, $"only {planted} canaries");
        Assert.True(complaints.IsEmpty, $"{complaints.Count}:\n{string.Join('\n', complaints.Order(StringComparer.Ordinal).Take(10))}");
    }

    /// <summary>In place of every value of <c>env</c>, and of whatever a Secret (or a map of its fields) holds.</summary>
    private static int Plant(JsonNode? node, string canary, bool isInside)
    {
        var count = 0;
        switch (node)
        {
            case JsonObject map:
                var isSecret = map["kind"] is JsonValue kind && kind.TryGetValue(out string? text) && text == "Secret";
                foreach (var key in map.Select(pair => pair.Key).ToList())
                {
                    if ((isInside && key == "value" && map[key] is JsonValue) || (key is "args" && map[key] is JsonArray))
                    {
                        map[key] = key == "args" ? new JsonArray($"--token={canary}") : canary;
                        count += key == "args" ? 0 : 1;
                    }
                    else if (isSecret && key is "data" or "stringData" && map[key] is JsonObject data)
                    {
                        foreach (var entry in data.Select(pair => pair.Key).ToList())
                        {
                            data[entry] = canary;
                            count++;
                        }
                    }
                    else
                    {
                        count += Plant(map[key], canary, key == "env");
                    }
                }

                break;
            case JsonArray list:
                foreach (var each in list)
                {
                    count += Plant(each, canary, isInside);
                }

                break;
            default:
                break;
        }

        return count;
    }
}
