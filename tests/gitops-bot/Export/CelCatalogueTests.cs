using System.Text;
using SelfHealGitOps.Bot.Export;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Export;

public class CelCatalogueTests
{
    private static readonly string Goldens = Path.Combine(Checkout.Root, "tests", "gitops-bot", "Export", "Goldens");

    public static TheoryData<string> PodSecurityRules =>
        [.. Catalogue.All.Where(rule => (rule.Info.Profiles & (Profiles.PssBaseline | Profiles.PssRestricted)) != 0).Select(rule => rule.Info.Id)];

    [Fact]
    public void Has_forms_of_rules_alone() =>
        Assert.Empty(CelCatalogue.Forms.Keys.Except(Catalogue.All.Select(rule => rule.Info.Id)));

    [Fact]
    public void Says_of_rules_alone_why_they_have_no_form() =>
        Assert.Empty(MissingForms.Ids.Except(Catalogue.All.Select(rule => rule.Info.Id).Except(CelCatalogue.Forms.Keys)));

    [Theory]
    [MemberData(nameof(PodSecurityRules))]
    public void Has_a_form_of_every_control_of_the_Pod_Security_Standards(string id)
    {
        foreach (var version in (PssVersion[])[PssVersion.Latest, .. Enumerable.Range(0, 40).Select(PssVersion.V1)])
        {
            switch (CelCatalogue.Of(Rule(id), new PolicySettings { PssVersion = version }))
            {
                case CelForm.Expressed(var checks):
                    Assert.True(checks.Length > 0 || version != PssVersion.Latest);
                    Assert.All(checks, check => Assert.Contains(check.Scope, (CelScope[])[CelScope.Pod, CelScope.Container]));
                    break;
                case CelForm.Missing(var reason):
                    Assert.NotEmpty(reason);
                    Assert.True(!version.IsAtLeast(19), $"{id} at {version}: {reason}");
                    break;
            }
        }
    }

    [Fact]
    public void Has_a_reason_for_every_rule_without_a_form() => Assert.All(
        Catalogue.All.Where(rule => !CelCatalogue.Forms.ContainsKey(rule.Info.Id)),
        rule => Assert.NotEmpty(Assert.IsType<CelForm.Missing>(CelCatalogue.Of(rule, PolicySettings.Default)).Reason));

    [Fact]
    public void States_the_forms_as_written()
    {
        var text = new StringBuilder();
        foreach (var rule in Catalogue.All.OrderBy(rule => rule.Info.Id, StringComparer.Ordinal))
        {
            text.Append(rule.Info.Id).Append('\n');
            switch (CelCatalogue.Of(rule, PolicySettings.Default))
            {
                case CelForm.Expressed(var checks):
                    foreach (var check in checks)
                    {
                        text.Append($"  {check.Scope}: {check.Message}\n    {check.Bad.Replace("\n", "\n    ", StringComparison.Ordinal)}\n");
                    }

                    break;
                case CelForm.Missing(var reason):
                    text.Append($"  not covered: {reason}\n");
                    break;
            }
        }

        Golden.Matches(Path.Combine(Goldens, "forms.txt"), text.ToString());
    }

    [Theory]
    [InlineData("latest-tag: {parameters: {BlockList: [':v\\d+$']}}", "latest-tag", null)]
    [InlineData("latest-tag: {parameters: {BlockList: [':edge$']}}", "latest-tag", "c.?image.orValue('').matches(':edge$')")]
    [InlineData("latest-tag: {parameters: {AllowList: ['^registry.example.com/']}}", "latest-tag", "false || !(c.?image.orValue('').matches('^registry.example.com/'))")]
    [InlineData("exposed-services: {parameters: {forbiddenServiceTypes: [\"It's\"]}}", "exposed-services", "object.spec.?type.orValue('').lowerAscii() in ['it\\u0027s']")]
    [InlineData("unset-cpu-requirements: {parameters: {lowerBoundMillis: 10, upperBoundMillis: 20}}", "unset-cpu-requirements",
        "quantity(c.?resources.?requests.?cpu.orValue('0')).compareTo(quantity('10m')) >= 0 && quantity(c.?resources.?requests.?cpu.orValue('0')).compareTo(quantity('20m')) <= 0")]
    [InlineData("my-port: {like: ssh-port, parameters: {port: 23}}", "my-port", "c.?ports.orValue([]).exists(p, p.?containerPort.orValue(0) == 23 && p.?protocol.orValue('TCP').matches('TCP'))")]
    public void Goes_by_the_parameters(string rules, string id, string? expected)
    {
        var reading = PolicyFile.Read(new SourceText("policy.yaml", Encoding.UTF8.GetBytes($"rules: {{{rules}}}")), Catalogue.All);
        Assert.True(reading is PolicyReading.Accepted, reading is PolicyReading.Refused(var problems) ? string.Join('\n', problems) : "");
        var configuration = ((PolicyReading.Accepted)reading).Configuration;
        var form = CelCatalogue.Of(configuration.Find(id)!, configuration.Settings);
        Assert.Equal(expected, form is CelForm.Expressed expressed ? Assert.Single(expressed.Checks).Bad : null);
    }

    private static Rule Rule(string id) => Catalogue.All.Single(rule => rule.Info.Id == id);
}
