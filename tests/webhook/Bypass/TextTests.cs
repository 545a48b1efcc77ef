using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Webhook.Admission;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>Rows "String matching" (SIG-Security threat 13), "JSON case" (openshift/hive#901) and "Duplicate keys" (apisix-ingress#2807).</summary>
public sealed class TextTests
{
    private static readonly AdmissionPolicy Baseline = Reviewing.Policy("pss-baseline");
    private static readonly AdmissionPolicy All = Reviewing.Policy("all");

    [Theory]
    [InlineData("nginx", true)]
    [InlineData("nginx:latest", true)]
    [InlineData("docker.io/nginx", true)]
    [InlineData("docker.io/library/nginx:latest", true)]
    [InlineData("registry.example.com:5000/nginx", true)]
    [InlineData("registry.example.com:5000/nginx:latest", true)]
    [InlineData("registry.example.com:5000/nginx:1.2.3", false)]
    [InlineData("nginx:1.2.3", false)]
    [InlineData("nginx:1.2.3@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", false)]
    [InlineData("nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", false)]
    public void Images_without_a_tag_of_their_own_are_found_and_a_port_is_no_tag(string image, bool isLatest)
    {
        Assert.Equal(isLatest, Rules(image).Contains("latest-tag"));
    }

    [Theory]
    [InlineData("nginx:")]
    [InlineData("NGINX:latest")]
    [InlineData("nginx:latest ")]
    [InlineData(" nginx:latest")]
    [InlineData("ngınx:latest")]
    [InlineData("nginx:lаtest")]
    [InlineData("nginx:1.2@sha256:zz")]
    [InlineData("nginx:1.2@")]
    [InlineData("nginx:latest\n")]
    [InlineData("\u202enginx:latest")]
    public void Images_that_are_no_references_never_pass_for_good_ones(string image)
    {
        Assert.True(Rules(image).Overlaps(["latest-tag", "invalid-image-name"]), string.Join(", ", Rules(image)));
    }

    [Theory]
    [InlineData("Privileged")]
    [InlineData("PRIVILEGED")]
    [InlineData("privileged ")]
    [InlineData("priviIeged")]
    [InlineData("prıvileged")]
    public void JSON_case_a_key_in_other_letters_is_an_unknown_field_as_it_is_to_the_API_server(string key)
    {
        // The API server's decoder is case-sensitive: it drops the field, and the container is not privileged.
        var spec = Objects.RestrictedSpec();
        Objects.SecurityContext(spec)[key] = true;
        Assert.True(Reviewing.Validate(Question.Create(Objects.Pod(spec)), Baseline).IsAllowed);

        // And what stands beside it in the right letters counts.
        Objects.SecurityContext(spec)["privileged"] = true;
        Assert.False(Reviewing.Validate(Question.Create(Objects.Pod(spec)), Baseline).IsAllowed);
        Objects.SecurityContext(spec)[key] = false;
        Assert.False(Reviewing.Validate(Question.Create(Objects.Pod(spec)), Baseline).IsAllowed);
    }

    [Theory]
    [InlineData("SecurityContext", "securityContext")]
    [InlineData("Containers", "containers")]
    [InlineData("Spec", "spec")]
    public void JSON_case_a_parent_in_other_letters_neither_hides_nor_replaces_the_right_one(string wrong, string right)
    {
        var bad = Objects.PrivilegedPod().ToJsonString();
        var good = Objects.Pod().ToJsonString();

        // A harmless twin before or behind.
        var twin = Part(good, right);
        foreach (var text in (string[])[bad.Replace($"\"{right}\":", $"\"{wrong}\":{twin},\"{right}\":", StringComparison.Ordinal)])
        {
            Assert.False(Reviewing.Validate(Question.Create(text), Baseline).IsAllowed);
        }

        static string Part(string json, string key) => Find(JsonNode.Parse(json)!, key)!.ToJsonString();

        static JsonNode? Find(JsonNode? at, string key) => at switch
        {
            JsonObject map when map[key] is { } found => found,
            JsonObject map => map.Select(pair => Find(pair.Value, key)).FirstOrDefault(found => found is not null),
            JsonArray list => list.Select(each => Find(each, key)).FirstOrDefault(found => found is not null),
            _ => null,
        };
    }

    [Theory]
    [InlineData("""{"privileged":false,"privileged":true}""")]
    [InlineData("""{"privileged":true,"privileged":false}""")]
    [InlineData("""{"privileged":true,"\u0070rivileged":false}""")]
    [InlineData("""{"\u0070rivileged":true,"privi\u006ceged":false}""")]
    [InlineData("""{"privileged":true,"a":{"b":1,"b":1}}""")]
    public void Duplicate_keys_are_refused_whichever_comes_last(string securityContext)
    {
        var text = Objects.Pod().ToJsonString().Replace("\"securityContext\":{\"allow", "\"securityContext\":" + securityContext + ",\"x\":{\"allow", StringComparison.Ordinal);
        var answer = Reviewing.Validate(Question.Create(text), Baseline);

        Assert.False(answer.IsAllowed);
        Assert.NotNull(answer.Problem);
    }

    [Fact]
    public void Duplicate_keys_of_the_envelope_are_refused()
    {
        var good = Question.Create(Objects.Pod()).ToBytes();
        var text = Encoding.UTF8.GetString(good);
        foreach (var key in (string[])["object", "operation", "request", "subResource", "namespace", "userInfo"])
        {
            var twice = key == "request"
                ? text.Replace("\"request\":", "\"request\":{},\"request\":", StringComparison.Ordinal)
                : text.Replace("\"uid\":", $"\"{key}\":null,\"{key}\":null,\"uid\":", StringComparison.Ordinal);
            using var reviewing = new Reviewing();
            Assert.NotNull(reviewing.Ask(Encoding.UTF8.GetBytes(twice), Baseline, mutates: false).Problem);
        }
    }

    [Theory]
    [InlineData("""{"\u0070rivileged":true}""")]
    [InlineData("""{"\u0070\u0072\u0069\u0076\u0069\u006c\u0065\u0067\u0065\u0064":true}""")]
    [InlineData("""{"privileged" : true}""")]
    [InlineData("{\"privileged\"\t\r\n:\r\ntrue}")]
    [InlineData("""{"runAsUser":null,"privileged":true,"x":null}""")]
    public void Escapes_and_blanks_hide_no_key(string securityContext)
    {
        var text = Objects.Pod().ToJsonString().Replace("\"securityContext\":{\"allow", "\"securityContext\":" + securityContext + ",\"x\":{\"allow", StringComparison.Ordinal);

        Assert.Contains("pss-privileged", Reviewing.Validate(Question.Create(text), Baseline).Rules);
    }

    [Theory]
    [InlineData("// comment\n")]
    [InlineData("/* */")]
    public void Comments_are_no_JSON(string comment)
    {
        Assert.NotNull(Reviewing.Validate(Question.Create(comment + Objects.Pod().ToJsonString()), Baseline).Problem);
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\udc00\\ud800\"")]
    [InlineData("\"\\u0000\"")]
    [InlineData("\"\\ufeff\"")]
    public void Strings_that_are_no_Unicode_crash_nothing(string text)
    {
        var pod = Objects.PrivilegedPod().ToJsonString().Replace("\"name\":\"web\"", $"\"name\":{text}", StringComparison.Ordinal);
        var answer = Reviewing.Validate(Question.Create(pod) with { Name = "web" }, All);

        Assert.False(answer.IsAllowed);
    }

    private static HashSet<string> Rules(string image)
    {
        var spec = Objects.RestrictedSpec();
        spec["containers"]![0]!["image"] = image;
        return [.. Reviewing.Validate(Question.Create(Objects.Pod(spec)), All).Rules];
    }
}
