using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Webhook.Admission;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>
/// A megabyte holds a hundred thousand containers, each of which breaks a dozen rules: that must cost no more memory than
/// there is, and no verdict may hide behind it.
/// </summary>
public sealed class LargeObjectTests
{
    private const int MostPerRule = 200;

    [Theory]
    [InlineData("default", 20_000)]
    [InlineData("all", 20_000)]
    public void Findings_are_kept_by_the_hundred_however_many_there_are(string profile, int count)
    {
        var policy = Reviewing.Policy(profile);
        var spec = Objects.RestrictedSpec();
        spec["containers"] = new JsonArray([.. Enumerable.Range(0, count).Select(_ => (JsonNode)new JsonObject())]);
        var body = Question.Create(Objects.Pod(spec)).ToBytes();
        using var reviewing = new Reviewing();
        foreach (var mutates in (bool[])[false, true])
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var answer = reviewing.Ask(body, policy, mutates);

            // Some 2 KB a finding, and a hundred bytes a container.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100L * 1024 * 1024);
            Assert.Equal(mutates, answer.IsAllowed);
            Assert.All(answer.Causes.CountBy(cause => cause.Rule), each => Assert.InRange(each.Value, 1, MostPerRule));
        }
    }

    [Fact]
    public void A_rule_that_is_stopped_hides_no_other()
    {
        var policy = Reviewing.Policy("pss-restricted", new AdmissionSettings
        {
            Mode = AdmissionMode.Warn,
            RuleModes = new Dictionary<string, AdmissionMode> { ["pss-host-namespaces"] = AdmissionMode.Enforce, ["pss-seccomp-profile-restricted"] = AdmissionMode.Enforce },
        });
        var spec = Many(MostPerRule + 1);
        Assert.Equal(["pss-seccomp-profile-restricted"], Reviewing.Validate(Question.Create(Objects.Pod(spec)), policy).Rules);
        spec["hostNetwork"] = true;
        Assert.Equal(
            ["pss-host-namespaces", "pss-seccomp-profile-restricted"],
            Reviewing.Validate(Question.Create(Objects.Pod(spec)), policy).Rules.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_container_s_exemption_is_nobody_s_where_more_is_found_than_kept()
    {
        var spec = Many(MostPerRule + 1);
        var names = spec["containers"]!.AsArray().Select(each => (string)each!["name"]!).ToList();
        Assert.False(Answer([.. names.Take(MostPerRule).Select(name => Entry(name))]).IsAllowed);
        Assert.True(Answer(Entry(null)).IsAllowed);

        spec["containers"]!.AsArray().RemoveAt(MostPerRule);
        Assert.True(Answer([.. names.Take(MostPerRule).Select(name => Entry(name))]).IsAllowed);

        Bypass.Answer Answer(params Exemption[] entries) => Reviewing.Validate(
            Question.Create(Objects.Pod(spec)),
            Reviewing.Policy("pss-baseline", settings: PolicySettings.Default with { Exemptions = new(entries) }));

        static Exemption Entry(string? container) => ExemptionTests.Entry("pss-privileged", "Pod", "shop", "web", container);
    }

    [Fact]
    public void What_is_one_too_many_is_not_old()
    {
        var old = Objects.Deployment(Many(MostPerRule + 1));
        var changed = Objects.Deployment(Many(MostPerRule + 1));
        var policy = Reviewing.Policy("pss-baseline");

        // A finalizer comes off all the same.
        old["metadata"]!["finalizers"] = new JsonArray("example.com/hold");
        Assert.True(Reviewing.Validate(Question.Update(changed, old), policy).IsAllowed);

        changed["spec"]!["replicas"] = 3;
        Assert.False(Reviewing.Validate(Question.Update(changed, old), policy).IsAllowed);
        foreach (var each in (JsonObject[])[old, changed])
        {
            each["spec"]!["template"]!["spec"]!["containers"]!.AsArray().RemoveAt(MostPerRule);
        }

        Assert.True(Reviewing.Validate(Question.Update(changed, old), policy).IsAllowed);
    }

    [Fact]
    public void A_verdict_that_nobody_waits_for_is_given_up()
    {
        var policy = Reviewing.Policy("default");
        var clock = new SteppedClock();
        var body = Question.Create(Objects.PrivilegedPod()).ToBytes();
        var reader = new EnvelopeReader();
        Assert.True(AdmissionRequest.TryRead(reader.Read(new SourceText("request", body)).Document!, out var request, out _));
        reader.Enclose(request.Object, request.OldObject);
        var reviewer = new AdmissionReviewer { Deadline = new(clock, clock.GetTimestamp(), TimeSpan.FromSeconds(1)) };
        Assert.False(reviewer.Validate(request, new(null, null, Reviewing.Now), policy).IsAllowed);

        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Throws<OverdueException>(() => reviewer.Validate(request, new(null, null, Reviewing.Now), policy));
        Assert.Throws<OverdueException>(() => reviewer.Mutate(request, new(null, null, Reviewing.Now), policy));
    }

    [Fact]
    public void An_object_of_nothing_but_braces_is_no_review()
    {
        var spec = Objects.RestrictedSpec();
        spec["containers"] = "HERE";
        var body = Question.Create(Objects.Pod(spec).ToJsonString().Replace("\"HERE\"", $"[{string.Join(',', Enumerable.Repeat("{}", 1_000_000))}]", StringComparison.Ordinal)).ToBytes();
        using var reviewing = new Reviewing();

        Assert.Contains("more than 1000000 values", reviewing.Ask(body, Reviewing.Policy("default"), mutates: false).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_no_review()
    {
        var body = Question.Create(Objects.Pod()).ToBytes();
        var name = body.AsSpan().IndexOf("registry.example.com"u8);
        (body[name], body[name + 1]) = (0xff, 0xfe);
        using var reviewing = new Reviewing();

        Assert.Contains("UTF-8", reviewing.Ask(body, Reviewing.Policy("default"), mutates: false).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("p\u2028exempt: forged")]
    [InlineData("p\u0085exempt: forged")]
    [InlineData("p\u202egnitset")]
    public void A_name_forges_no_line(string name)
    {
        var message = Reviewing.Validate(Question.Create(Objects.PrivilegedPod(System.Text.RegularExpressions.Regex.Unescape(name))), Reviewing.Policy("pss-baseline")).Message;

        Assert.All(message.EnumerateRunes().Where(rune => rune.Value is not '\n'), rune => Assert.False(
            Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator));
    }

    private static JsonObject Many(int containers)
    {
        var spec = Objects.RestrictedSpec();
        spec.Remove("securityContext");
        spec["containers"] = new JsonArray([.. Enumerable.Range(0, containers).Select(number => (JsonNode)new JsonObject
        {
            ["name"] = $"c-{number}",
            ["image"] = "registry.example.com/web:1",
            ["securityContext"] = new JsonObject { ["privileged"] = true },
        })]);
        return spec;
    }
}
