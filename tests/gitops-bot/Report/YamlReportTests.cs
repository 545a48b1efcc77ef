using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Report;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Report;

public class YamlReportTests
{
    public static TheoryData<string> Texts =>
    [
        "", " ", "a", "a b", "a ", " a", "true", "No", "y", "null", "~", "1", "1.5", "0x1f", "1e3", "+1", ".5", ".inf", "2026-01-01", "12:30:45",
        "a: b", "a:", "a #b", "#a", "- a", "-", "?", "? a", "[a]", "{a}", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a`", "'a'", "\"a\"", "a'b\"c\\d",
        "a\nb", "a\r\nb\n", "\n", "\ta", "a\tb", "--- a", "...", "\0\a\b\u001b[31m\u007f", "\u0085\u00a0\u2028\u2029", "\uFEFFa", "\uFFFE\uFFFF\uFFFD",
        "wéb😀", "\u202Ea", "=", "<<", "a, b", "/spec/a~1b", "a=b;c(d)+e",
        new('x', 5000),
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Reads_back_as_the_text_it_was_wherever_it_stands(string text)
    {
        var json = new JsonObject
        {
            ["value"] = text,
            ["list"] = new JsonArray(text, new JsonArray(text, new JsonArray()), new JsonObject { [text] = new JsonObject { ["a"] = text }, ["b!"] = 1 }),
            [text + "!"] = new JsonObject { [text] = new JsonArray(1, 1.5, 1e300, true, null, new JsonObject()) },
        };

        Assert.Equal(json.ToJsonString(), Yaml.Read(Render(json)).ToJsonString());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"a\"")]
    [InlineData("[[[]],[{}]]")]
    [InlineData("[[1,2],[3,[4,{\"a\":[{\"b\":[[5]]}]}]]]")]
    [InlineData("[-1,0,-0.5,12345678901234567890,1E+5,2e-7]")]
    public void Keeps_every_shape(string json)
    {
        var node = JsonNode.Parse(json)!;

        Assert.Equal(node.ToJsonString(), Yaml.Read(Render(node)).ToJsonString());
    }

    [Fact]
    public void Says_what_the_json_report_says()
    {
        var tree = Path.Combine(Checkout.Root, "tests", "gitops-bot", "Fixtures", "tree");

        using var folder = new TempFolder();
        SelfHeal.Run(tree, "scan", "--profile", "all", "-o", $"json={folder["a.json"]}", "-o", $"yaml={folder["a.yaml"]}");

        Assert.Equal(JsonNode.Parse(folder.Read("a.json"))!.ToJsonString(), Yaml.Read(folder.Read("a.yaml")).ToJsonString());
        var golden = SelfHeal.Run(tree, "scan", "-o", "yaml", "--rules", "latest-tag,host-pid,restart-policy,pss-run-as-non-root,pss-host-namespaces");
        Golden.Matches(Path.Combine(Checkout.Root, "tests", "gitops-bot", "Report", "Goldens", "tree.report.yaml"), Times.Remove(golden.Output));
    }

    private static string Render(JsonNode node)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        using var document = JsonDocument.Parse(node.ToJsonString());
        YamlReport.Write(writer, document.RootElement);
        return writer.ToString();
    }
}
