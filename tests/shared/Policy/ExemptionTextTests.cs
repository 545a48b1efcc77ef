using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;
using static SelfHealGitOps.Tests.Policy.Exemptions;

namespace SelfHealGitOps.Tests.Policy;

public class ExemptionTextTests
{
    private const string Block = """
        version: 1 # of the language
        exemptions:
          # the vendor's
          - rule: host-pid # why not
            object: {kind: DaemonSet, namespace: node, name: agent}
            owner: team-node
            reason: it watches processes
            expires: 2026-12-31

        # rules of the house
        rules:
          latest-tag: {severity: error}

        """;

    private const string Flow = "version: 1\nexemptions: [{rule: host-pid, object: {kind: Pod, name: a}, owner: b, reason: c, expires: 2026-12-31}] # all\nprofile: all\n";

    private static readonly Exemption Web = Entry("latest-tag", "Deployment", "shop", "web", "web") with { Reason = "vendor: no tag, see #3" };

    private static readonly string[] Files =
    [
        "",
        "\n",
        "# nothing yet",
        "# nothing yet\n",
        "---\n# nothing yet\n",
        "\uFEFF# nothing yet\r\n",
        "version: 1",
        "version: 1\n",
        "version: 1\nrules: {}\n# the end",
        "version: 1\nexemptions:\n",
        "version: 1\nexemptions: # none\n",
        "version: 1\nexemptions: []\nprofile: all\n",
        "{version: 1, exemptions: []}\n",
        "{\"version\": 1}",
        Block,
        Block.TrimEnd('\n'),
        Block.Replace("\n  - ", "\n- ", StringComparison.Ordinal).Replace("\n    ", "\n  ", StringComparison.Ordinal),
        "\uFEFF" + Block,
        Flow,
        "profile: all\n" + Flow.TrimEnd('\n').Replace("\nprofile: all", "", StringComparison.Ordinal),
    ];

    public static TheoryData<string, bool> Layouts
    {
        get
        {
            var layouts = new TheoryData<string, bool>();
            foreach (var row in Files)
            {
                layouts.Add(row, false);
                layouts.Add(row, true);
            }

            return layouts;
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Adds_the_entry_and_keeps_every_other_byte(string text, bool isCrlf)
    {
        text = isCrlf ? text.ReplaceLineEndings("\r\n") : text;
        var before = Valid(text);

        var after = Added(text, Web);

        var list = Valid(after);
        Assert.Equal(before.Count + 1, list.Count);
        Assert.Equal(Web with { Line = list[^1].Line, Column = list[^1].Column, Pointer = list[^1].Pointer }, list[^1]);
        Assert.Equal(before.Select(entry => entry.ToString()), list.SkipLast(1).Select(entry => entry.ToString()));
        // The scanner of the tests does not come to an end with a byte order mark before a comment.
        Assert.Equal(YamlComments.Of(text.TrimStart('\uFEFF')), YamlComments.Of(after.TrimStart('\uFEFF')));
        Assert.Equal(text.Contains("\r\n", StringComparison.Ordinal), after.Contains("\r\n", StringComparison.Ordinal));
        if (text.Contains("\r\n", StringComparison.Ordinal))
        {
            Assert.DoesNotContain("\n", after.Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        // Nothing but an insertion, or a value in the place of an empty list.
        var left = text.Replace("[]", "", StringComparison.Ordinal).TrimEnd();
        var at = 0;
        foreach (var c in left)
        {
            at = after.IndexOf(c, at) + 1;
            Assert.NotEqual(0, at);
        }
    }

    [Fact]
    public void Writes_a_new_file()
    {
        Assert.Equal(
            """
            version: 1
            exemptions:
            - rule: latest-tag
              object:
                kind: Deployment
                namespace: shop
                name: web
              container: web
              owner: team-shop
              reason: "vendor: no tag, see #3"
              expires: "2026-12-31"

            """,
            Added("", Web));
    }

    [Fact]
    public void Writes_in_the_style_of_the_list()
    {
        var after = Added(Block, Entry("latest-tag", "ClusterRole", null, "reader"));

        Assert.Equal(
            Block.Replace(
                "    expires: 2026-12-31\n",
                """
                    expires: 2026-12-31
                  - rule: latest-tag
                    object:
                      kind: ClusterRole
                      name: reader
                    owner: team-shop
                    reason: SHOP-123
                    expires: "2026-12-31"

                """,
                StringComparison.Ordinal),
            after);
    }

    [Fact]
    public void Adds_one_after_the_other()
    {
        var text = "";
        for (var i = 0; i < 5; i++)
        {
            text = Added(text, Entry("latest-tag", "Pod", null, $"web-{i}"));
        }

        Assert.Equal(["web-0", "web-1", "web-2", "web-3", "web-4"], Valid(text).Select(entry => entry.Object.Name));
        Assert.StartsWith("version: 1\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version: 1\nversion: 2\n")]
    [InlineData("exemptions: {}\n")]
    [InlineData("exemptions: none\n")]
    [InlineData("exemptions: [{rule: x}]\n")]
    [InlineData("- version: 1\n")]
    [InlineData("version: 1\n---\nversion: 1\n")]
    [InlineData("version: [1\n")]
    [InlineData("version: {{ .Values.version }}\nexemptions:\n{{ range . }}\n")]
    [InlineData("version: &v 1\nexemptions: &e []\nother: *e\n")]
    [InlineData("# nothing\n...\n")]
    public void Refuses_what_it_cannot_add_to(string text) =>
        Assert.NotEmpty(Assert.IsType<ExemptionText.Refused>(Add(text, Web)).Reason);

    private static ExemptionText Add(string text, Exemption entry) =>
        ExemptionText.Add(new SourceText(".selfheal.yaml", Encoding.UTF8.GetBytes(text)), entry);

    private static string Added(string text, Exemption entry) => Encoding.UTF8.GetString(Assert.IsType<ExemptionText.Added>(Add(text, entry)).Bytes);
}
