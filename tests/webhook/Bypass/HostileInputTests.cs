using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>
/// Row "Huge / hostile input" (GO-2026-4382, GO-2026-5374, GO-2025-3823): an answer within bounds of time and memory that only
/// something out of proportion breaks, and never an exception.
/// </summary>
public sealed class HostileInputTests
{
    /// <summary>A hang, not slowness, is what this finds; the machine may be busy with other things.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private const long MostBytes = 2L * 1024 * 1024 * 1024;

    /// <summary>Too deep, too many, or a number that no decoder holds.</summary>
    private static readonly HashSet<string> NotRead =
    [
        "depth 10,000, lists", "depth 10,000, maps", "number bombs", "a number of a million digits", "a million empty maps", "a million empty keys, nested",
    ];

    public static TheoryData<string> Inputs() => [.. Made.Keys];

    private static readonly Dictionary<string, Func<string>> Made = new()
    {
        ["3 MB of a label"] = () => Metadata(new JsonObject { ["labels"] = new JsonObject { ["a"] = new string('x', 3_000_000) } }),
        ["100,000 labels"] = () => Metadata(new JsonObject { ["labels"] = Many(100_000) }),
        ["100,000 annotations"] = () => Metadata(new JsonObject { ["annotations"] = Many(100_000) }),
        ["10,000 containers that are right"] = () => Containers(10_000, "allowPrivilegeEscalation", false, "containers"),
        ["10,000 privileged containers"] = () => Containers(10_000, "privileged", true, "containers"),
        ["10,000 privileged init containers"] = () => Containers(10_000, "privileged", true, "initContainers"),
        ["10,000 privileged containers of one name"] = () => Containers(10_000, "privileged", true, "containers", "same"),
        ["10,000 ephemeral containers"] = () => Containers(10_000, "privileged", true, "ephemeralContainers"),
        ["20,000 environment variables"] = () => Spec($"\"env\":[{Repeat(20_000, i => $$"""{"name":"A{{i}}","value":"b"}""")}]"),
        ["20,000 environment variables of one name"] = () => Spec($"\"env\":[{Repeat(20_000, _ => """{"name":"A","value":"b"}""")}]"),
        ["20,000 host ports"] = () => Spec($"\"ports\":[{Repeat(20_000, i => $$"""{"containerPort":{{i}},"hostPort":{{i}} }""")}]"),
        ["20,000 host paths, each mounted"] = () => PodSpec(
            $$""" "volumes":[{{Repeat(10_000, i => $$"""{"name":"v{{i}}","hostPath":{"path":"/"} }""")}}],"containers":[{"name":"c","image":"x:1","volumeMounts":[{{Repeat(10_000, i => $$"""{"name":"v{{i}}","mountPath":"/m{{i}}"}""")}}]}]""" ),
        ["10,000 capabilities"] = () => Spec($$""" "securityContext":{"capabilities":{"add":[{{Repeat(10_000, i => $"\"CAP_{i}\"")}}] } }""" ),
        ["10,000 system controls"] = () => PodSpec($$""" "securityContext":{"sysctls":[{{Repeat(10_000, i => $$"""{"name":"kernel.x{{i}}","value":"1"}""")}}]},"containers":[]""" ),
        ["depth 10,000, lists"] = () => PodSpec($"\"x\":{new string('[', 10_000)}{new string(']', 10_000)}"),
        ["depth 10,000, maps"] = () => PodSpec($"\"x\":{Repeat(10_000, _ => "{\"a\":", "")}1{new string('}', 10_000)}"),
        ["depth 500"] = () => PodSpec($"\"hostPID\":true,\"x\":{new string('[', 500)}{new string(']', 500)}"),
        ["quantity bombs"] = () => Spec($$""" "resources":{"limits":{ {{Quantities()}} },"requests":{ {{Quantities()}} } }""" ),
        ["number bombs"] = () => Spec($"\"ports\":[{string.Join(',', Numbers().Select(n => $$"""{"containerPort":{{n}},"hostPort":{{n}} }"""))}]"),
        ["a number of a million digits"] = () => Spec($"\"securityContext\":{{\"runAsUser\":{new string('9', 1_000_000)}}}"),
        ["a fraction of a million digits"] = () => Spec($"\"securityContext\":{{\"runAsUser\":0.{new string('0', 1_000_000)}1}}"),
        ["an image of 3 MB"] = () => PodSpec($"\"containers\":[{{\"name\":\"c\",\"image\":\"{new string('a', 3_000_000)}\"}}]"),
        ["an image of a million slashes"] = () => PodSpec($"\"containers\":[{{\"name\":\"c\",\"image\":\"{new string('/', 1_000_000)}\"}}]"),
        ["a name of 3 MB"] = () => Metadata(new JsonObject { ["name"] = new string('n', 3_000_000) }).Replace("\"image\"", "\"hostPort\":1,\"image\"", StringComparison.Ordinal),
        ["3 MB of escapes"] = () => PodSpec($"\"x\":\"{Repeat(500_000, _ => "\\u0041", "")}\",\"hostPID\":true"),
        ["a million empty maps"] = () => PodSpec($"\"hostPID\":true,\"x\":[{Repeat(1_000_000, _ => "{}")}]"),
        ["a million empty keys, nested"] = () => PodSpec($"\"hostPID\":true,\"x\":[{Repeat(500_000, _ => "{\"\":0}")}]"),
        ["keys that one hash is made for"] = () => PodSpec($"\"hostPID\":true,\"x\":{{{Repeat(100_000, i => $"\"{i:x8}\":0")}}}"),
        ["5,000 rules of a role"] = () => $$"""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"r"},"rules":[{{Repeat(5_000, _ => """{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}""")}}] }""",
        ["20,000 ports of a service"] = () => $$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"type":"NodePort","ports":[{{Repeat(20_000, i => $$"""{"name":"p{{i}}","port":{{i}},"targetPort":"{{i}}x"}""")}}] } }""",
        ["20,000 terms of affinity"] = () => PodSpec($$$""" "affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{{{Repeat(20_000, i => $$$"""{"topologyKey":"k","labelSelector":{"matchLabels":{"a":"{{{i}}}"} } }""")}}}] } },"containers":[]""" ),
    };

    [Theory]
    [MemberData(nameof(Inputs))]
    public async Task Huge_or_hostile_input_is_answered_within_bounds(string input)
    {
        var text = Made[input]();
        foreach (var review in (Question[])
            [
                Question.Create(text) with { Name = "web" },
                Question.Create(text) with { Name = "web", Operation = "UPDATE", OldObject = text },
                Question.Create(text) with { Name = "web", Operation = "UPDATE", OldObject = Changed(text) },
            ])
        {
            var body = review.ToBytes();
            // What is only corrected is corrected no differently the second time.
            foreach (var mutates in review.OldObject is null ? (bool[])[false, true] : [false])
            {
                var started = Stopwatch.GetTimestamp();
                var work = Task.Run(() =>
                {
                    using var reviewing = new Reviewing();
                    var before = GC.GetAllocatedBytesForCurrentThread();
                    var answer = reviewing.Ask(body, mutates ? MutationTests.CorrectingAll("default") : Reviewing.Policy("default"), mutates);
                    return (answer, Allocated: GC.GetAllocatedBytesForCurrentThread() - before);
                });
                var (answer, allocated) = await work.WaitAsync(Patience);

                Assert.Equal(NotRead.Contains(input), answer.Problem is not null);
                Assert.InRange(allocated, 0, MostBytes);
                Assert.InRange(answer.Message.Length, 0, 1024);
                Assert.InRange(answer.Bytes.Length, 0, mutates ? int.MaxValue : 2 * 1024 * 1024);
                Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, Patience);
            }
        }
    }

    [Theory]
    [InlineData("10,000 privileged containers")]
    [InlineData("10,000 privileged init containers")]
    [InlineData("10,000 ephemeral containers")]
    [InlineData("10,000 privileged containers of one name")]
    [InlineData("depth 10,000, lists")]
    [InlineData("depth 500")]
    [InlineData("20,000 host ports")]
    [InlineData("3 MB of escapes")]
    [InlineData("a million empty maps")]
    [InlineData("keys that one hash is made for")]
    public void Huge_input_is_no_way_in(string input)
    {
        var answer = Reviewing.Validate(Question.Create(Made[input]()), Reviewing.Policy("pss-baseline"));

        Assert.False(answer.IsAllowed);
        Assert.Equal(NotRead.Contains(input), answer.Problem is not null);
    }

    [Fact]
    public void Every_prefix_of_a_review_is_answered_and_none_admitted()
    {
        var body = Question.Create(Objects.Pod()).ToBytes();
        var policy = Reviewing.Policy("pss-baseline");
        using var reviewing = new Reviewing();

        for (var length = 0; length < body.Length - 1; length++)
        {
            Assert.NotNull(reviewing.Ask(body[..length], policy, mutates: false).Problem);
        }

        Assert.True(reviewing.Ask(body, policy, mutates: false).IsAllowed);
    }

    [Fact]
    public void Any_byte_changed_is_answered_and_never_a_crash()
    {
        var body = Question.Create(Objects.PrivilegedPod()).ToBytes();
        var policy = Reviewing.Policy("all");
        using var reviewing = new Reviewing();
        foreach (var value in (byte[])[0, (byte)'"', (byte)'{', (byte)']', (byte)',', 0xff, 0xc0])
        {
            for (var i = 0; i < body.Length; i++)
            {
                var was = body[i];
                body[i] = value;
                _ = reviewing.Ask(body, policy, mutates: (i & 1) == 0);
                body[i] = was;
            }
        }
    }

    private static string Changed(string text) => text.Replace("\"kind\":\"Pod\"", "\"kind\":\"Pod\",\"extra\":1", StringComparison.Ordinal);

    private static JsonObject Many(int count)
    {
        var map = new JsonObject();
        for (var i = 0; i < count; i++)
        {
            map[$"example.com/{i}"] = "x";
        }

        return map;
    }

    private static string Metadata(JsonObject metadata)
    {
        var pod = Objects.Pod();
        pod["metadata"] = metadata;
        return pod.ToJsonString();
    }

    private static string Containers(int count, string key, bool value, string list, string? name = null)
    {
        var containers = Repeat(count, i => $$$"""{"name":"{{{name ?? $"c{i}"}}}","image":"registry.example.com/a:1","securityContext":{"{{{key}}}":{{{(value ? "true" : "false")}}} } }""");
        return PodSpec(list == "containers" ? $"\"containers\":[{containers}]" : $$""" "containers":[{"name":"web","image":"x:1"}],"{{list}}":[{{containers}}] """);
    }

    /// <summary>A pod whose one container holds these members.</summary>
    private static string Spec(string members) => PodSpec($"\"containers\":[{{\"name\":\"c\",\"image\":\"x:1\",{members}}}]");

    private static string PodSpec(string members) =>
        $"{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{{\"name\":\"web\"}},\"spec\":{{{members}}}}}";

    private static string Repeat(int count, Func<int, string> each, string separator = ",")
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Append(i == 0 ? "" : separator).Append(each(i));
        }

        return text.ToString();
    }

    private static string Quantities() => string.Join(',', ((string[])
        ["1e999999999", "1e-999999999", "9999999999999999999999999E9999", "0.000000000000000000000001n", "-0", "1Ei", "+1e+1", "1e", ".", "1.1.1", "１", "NaN", "Infinity", new string('9', 100_000), new string('9', 100_000) + "Ei", "0." + new string('0', 100_000) + "1"])
        .SelectMany(quantity => (string[])["cpu", "memory"], (quantity, resource) => (quantity, resource))
        .Select((each, i) => $"\"{(i < 2 ? each.resource : $"{each.resource}{i.ToString(CultureInfo.InvariantCulture)}")}\":\"{each.quantity}\""));

    private static IEnumerable<string> Numbers() =>
        ["1e308", "-1e308", "1e-308", "0e999", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1E400", "80.0", "8e1", "-0"];
}
