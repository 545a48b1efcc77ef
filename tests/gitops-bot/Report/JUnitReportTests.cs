using System.Xml;
using System.Xml.Linq;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Report;

public class JUnitReportTests
{
    [Fact]
    public void Reports_the_fixture_tree_as_written()
    {
        var tree = Path.Combine(Checkout.Root, "tests", "gitops-bot", "Fixtures", "tree");

        var outcome = SelfHeal.Run(tree, "scan", "-o", "junit", "--rules", "latest-tag,host-pid,restart-policy,pss-run-as-non-root,pss-host-namespaces");

        Check(outcome);
        Golden.Matches(Path.Combine(Checkout.Root, "tests", "gitops-bot", "Report", "Goldens", "tree.junit.xml"), Times.Remove(outcome.Output));
    }

    [Fact]
    public void Has_a_case_for_each_rule_and_object_and_one_for_a_clean_file()
    {
        var two = Samples.PrivilegedPod + "    - {name: side, image: \"registry.example/side:1\", securityContext: {privileged: true}}\n";
        using var folder = new TempFolder().Write("bad.yaml", two).Write("good.yaml", Samples.SafePod).Write("broken.yaml", Samples.DuplicateKeyPod).Write("values.yaml", "a: 1\n");

        var suites = Check(SelfHeal.Run(folder.Root, "scan", "-o", "junit", "--rules", Samples.ReviewRule));

        Assert.Equal(["bad.yaml", "broken.yaml", "good.yaml"], suites.Elements().Select(suite => (string)suite.Attribute("name")!));
        var bad = Assert.Single(suites.Elements().First().Elements());
        Assert.Equal("pss-privileged: Pod web", (string)bad.Attribute("name")!);
        var failure = Assert.Single(bad.Elements("failure"));
        Assert.Equal("error", (string)failure.Attribute("type")!);
        Assert.Equal(
            """
            bad.yaml:10:9: container 'web' sets securityContext.privileged=true; must be false or absent
            fix: Set privileged to false (review)

            bad.yaml:11:72: container 'side' sets securityContext.privileged=true; must be false or absent
            fix: Set privileged to false (review)
            """,
            failure.Value);
        Assert.Equal("DUPLICATE_KEY", (string)Assert.Single(suites.Descendants("error")).Attribute("type")!);
        Assert.Empty(Assert.Single(suites.Elements().Last().Elements()).Elements());
    }

    [Fact]
    public void Is_xml_whatever_a_manifest_and_its_name_hold()
    {
        const string Evil = "\"]]>&<a b='c'>\\0\\a\\b\\e[31m\\x7f\\u0085\\u2028\\ufffe\\uffff\\ud800 \\r\\n\\t\\\" <!-- 😀 \\U0001F600\"";
        using var folder = new TempFolder()
            .Write("a\u0001<&\"'\u001b]]>.yaml", Samples.PrivilegedPod.Replace("name: web", $"name: {Evil}", StringComparison.Ordinal))
            .Write("json.yaml", "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"containers\":[{\"name\":\"\\ud800\\uffff\\u0000\",\"image\":\"x\",\"securityContext\":{\"privileged\":true}}]}}")
            .Write("bytes.yaml", [.. "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: \"\xff\", securityContext: {privileged: true}}]}\n".Select(c => (byte)c)]);

        var suites = Check(SelfHeal.Run(folder.Root, "scan", "-o", "junit", "--rules", Samples.ReviewRule));

        Assert.Equal(3, suites.Elements().Count());
    }

    [Fact]
    public void Skips_what_the_baseline_knows()
    {
        using var folder = new TempFolder().Write("web.yaml", Samples.PrivilegedPod).Write("b.yaml", Samples.SafePod);
        SelfHeal.Run(folder.Root, "scan", "--rules", Samples.ReviewRule, "--write-baseline", "known.json");

        var suites = Check(SelfHeal.Run(folder.Root, "scan", "--rules", Samples.ReviewRule, "--baseline", "known.json", "-o", "junit"));

        Assert.Single(suites.Descendants("skipped"));
        Assert.Empty(suites.Descendants("failure"));
    }

    /// <summary>
    /// What readers of the format rely on: these elements and attributes, in this order, and counts that are true.
    /// </summary>
    private static XElement Check(Outcome outcome)
    {
        using var reader = XmlReader.Create(new MemoryStream(outcome.Bytes), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, CheckCharacters = true });
        var suites = XDocument.Load(reader).Root!;
        Assert.Equal("testsuites", suites.Name);
        CheckCounts(suites, suites.Descendants("testcase").ToList());
        Assert.Equal(suites.Elements().Count(), suites.Elements().Select(suite => (string)suite.Attribute("name")!).Distinct().Count());
        foreach (var suite in suites.Elements())
        {
            Assert.Equal("testsuite", suite.Name);
            var cases = suite.Elements().ToList();
            CheckCounts(suite, cases);
            Assert.Equal(cases.Count(each => each.Element("skipped") is not null), (int)suite.Attribute("skipped")!);
            Assert.Equal(cases.Count, cases.Select(each => (string)each.Attribute("name")!).Distinct().Count());
            foreach (var each in cases)
            {
                Assert.Equal("testcase", each.Name);
                Assert.Equal(["name", "classname", "time"], each.Attributes().Select(attribute => attribute.Name.LocalName));
                Assert.Equal((string)suite.Attribute("name")!, (string)each.Attribute("classname")!);
                Assert.InRange(each.Elements().Count(), 0, 1);
                foreach (var end in each.Elements())
                {
                    Assert.Contains(end.Name.LocalName, (string[])["failure", "error", "skipped"]);
                    Assert.Equal(end.Name == "skipped" ? ["message"] : ["type", "message"], end.Attributes().Select(attribute => attribute.Name.LocalName));
                    Assert.Empty(end.Elements());
                }
            }
        }

        return suites;
    }

    private static void CheckCounts(XElement element, List<XElement> cases)
    {
        Assert.NotEmpty(cases);
        Assert.Equal(cases.Count, (int)element.Attribute("tests")!);
        Assert.Equal(cases.Count(each => each.Element("failure") is not null), (int)element.Attribute("failures")!);
        Assert.Equal(cases.Count(each => each.Element("error") is not null), (int)element.Attribute("errors")!);
    }
}
