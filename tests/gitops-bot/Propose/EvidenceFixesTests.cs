using System.Text;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Registry;
using SelfHealGitOps.Bot.Tests.Registry;
using SelfHealGitOps.Fakes;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Propose;

public sealed class EvidenceFixesTests
{
    private static readonly string Digest = "sha256:" + new string('a', 64);
    private static readonly string Pinned = "registry.example.com/api@" + Digest;

    [Theory]
    [InlineData("latest-tag", "registry.example.com/api", "1.2.3", "registry.example.com/api:1.2.3@")]
    [InlineData("latest-tag", "registry.example.com/api:latest", null, "registry.example.com/api@")]
    [InlineData("image-digest", "registry.example.com/api:latest", "1.2.3", "registry.example.com/api:1.2.3@")]
    [InlineData("image-digest", "registry.example.com/api:1.2", "1.2.3", "registry.example.com/api:1.2@")]
    [InlineData("image-digest", "api:1.2.3", "1.2.3", "api:1.2.3@")]
    public void The_digest_is_pinned_for_a_person_to_decide(string rule, string image, string? version, string expected)
    {
        var (finding, root) = Find(rule, Pod(image));

        var heard = EvidenceFixes.Apply(finding, root, asked => Evidence(asked, "1000", version));

        var set = Assert.IsType<Edit.Set>(Assert.Single(heard.Finding.Fix!.Edits));
        Assert.Equal((finding.Path, new Value.Text(expected + Digest), Safety.Review), (set.Path, set.Value, heard.Finding.Fix.Safety));
        Assert.Null(heard.Finding.Refusal);
        Assert.Equal(image, Assert.Single(heard.Evidence).Image.ToString());
        Assert.Equal([image], EvidenceFixes.Wanted(finding, root).Select(each => each.ToString()));
    }

    [Theory]
    [InlineData("run-as-non-root", true)]
    [InlineData("pss-run-as-non-root", true)]
    [InlineData("pss-run-as-non-root", false)]
    public void The_images_user_lets_a_container_be_kept_from_root(string rule, bool isPinned)
    {
        var (finding, root) = Find(rule, Pod(isPinned ? Pinned : "registry.example.com/api:1"));

        var heard = EvidenceFixes.Apply(finding, root, asked => Evidence(asked, "1000:1000"));

        var set = Assert.IsType<Edit.Set>(Assert.Single(heard.Finding.Fix!.Edits));
        Assert.Equal("spec.containers[name=web].securityContext.runAsNonRoot", set.Path.ToString());
        Assert.Equal((new Value.Boolean(true), isPinned ? Safety.Safe : Safety.Review), (set.Value, heard.Finding.Fix.Safety));
        Assert.Contains("USER '1000:1000'", string.Join('\n', heard.Evidence[0].Facts), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run-as-non-root")]
    [InlineData("pss-run-as-non-root")]
    public void The_images_user_makes_the_owners_uid_needless_and_the_fix_safe(string rule)
    {
        var (finding, root) = Find(rule, Pod(Pinned), new PolicySettings { Defaults = new OwnerDefaults { RunAsUser = 5000 } });
        Assert.Equal((Safety.Review, 2), (finding.Fix!.Safety, finding.Fix.Edits.Count));

        var heard = EvidenceFixes.Apply(finding, root, asked => Evidence(asked, "1000"));

        Assert.Equal((Safety.Safe, 1), (heard.Finding.Fix!.Safety, heard.Finding.Fix.Edits.Count));
    }

    [Theory]
    [InlineData("linux/amd64", "linux/amd64", false, Safety.Safe)]
    [InlineData("linux/amd64 linux/arm64", "linux/amd64 linux/arm64", false, Safety.Safe)]
    [InlineData("linux/amd64 linux/arm64", "linux/amd64", false, Safety.Review)]
    [InlineData("linux/amd64", "linux/amd64", true, Safety.Review)]
    [InlineData("linux/arm/v6 linux/arm/v7", "linux/arm", false, Safety.Review)]
    public void Only_what_was_read_for_every_platform_is_safe(string listed, string read, bool listsOthers, Safety safety)
    {
        var (finding, root) = Find("run-as-non-root", Pod(Pinned));

        var heard = EvidenceFixes.Apply(finding, root, asked => Evidence(asked, "1000") with
        {
            Platforms = Platforms(listed),
            Configs = [.. Platforms(read).Select((platform, i) => new ImageConfig(platform, $"sha256:{i}", new("1000"), [], [], [], ""))],
            ListsOthers = listsOthers,
        });

        Assert.Equal(safety, heard.Finding.Fix!.Safety);

        static ImagePlatform[] Platforms(string text) => [.. text.Split(' ').Select(each => ImagePlatform.TryParse(each, out var platform) ? platform : throw new ArgumentException(each))];
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("root")]
    [InlineData("nobody")]
    public void A_user_that_is_no_number_above_0_changes_nothing(string user) =>
        ChangesNothing("run-as-non-root", Pod(Pinned), asked => Evidence(asked, user));

    [Theory]
    [InlineData("latest-tag")]
    [InlineData("image-digest")]
    [InlineData("run-as-non-root")]
    [InlineData("pss-run-as-non-root")]
    public void Without_evidence_nothing_changes(string rule) => ChangesNothing(rule, Pod("registry.example.com/api"), _ => null);

    [Fact]
    public void A_written_uid_of_0_is_not_the_images_business() =>
        ChangesNothing("pss-run-as-non-root", Pod(Pinned, "securityContext: {runAsUser: 0}"), asked => Evidence(asked, "1000"));

    [Fact]
    public void A_pod_of_Windows_has_no_numbers() =>
        ChangesNothing("pss-run-as-non-root", Pod(Pinned, "nodeSelector: {kubernetes.io/os: windows}"), asked => Evidence(asked, "1000"));

    [Fact]
    public void What_is_denied_for_the_pod_takes_every_container_and_a_person()
    {
        var text = Pod(Pinned, "securityContext: {runAsNonRoot: false}\n  initContainers:\n    - {name: init, image: registry.example.com/init@" + Digest + "}");
        var (finding, root) = Find("pss-run-as-non-root", text);

        var one = EvidenceFixes.Apply(finding, root, asked => asked.Repository == "api" ? Evidence(asked, "1000") : null);
        var both = EvidenceFixes.Apply(finding, root, asked => Evidence(asked, "1000"));

        Assert.Same(finding, one.Finding);
        var set = Assert.IsType<Edit.Set>(Assert.Single(both.Finding.Fix!.Edits));
        Assert.Equal(("spec.securityContext.runAsNonRoot", Safety.Review), (set.Path.ToString(), both.Finding.Fix.Safety));
        Assert.Equal(2, both.Evidence.Count);
    }

    [DebianRegistryFact]
    public async Task Latest_of_a_real_registry_becomes_a_digest_with_the_evidence_quoted()
    {
        await using var registry = await DebianRegistry.StartAsync();
        var image = SampleImage.Of("1000");
        await registry.PushAsync("shop/api", image, "latest", "1.4.2");
        var (finding, root) = Find("latest-tag", Pod($"{registry.Host}/shop/api:latest"));
        var evidence = await Asking.Of(registry.Host).Known(Assert.Single(EvidenceFixes.Wanted(finding, root)).ToString());

        var heard = EvidenceFixes.Apply(finding, root, _ => evidence);

        Assert.Equal(new Value.Text($"{registry.Host}/shop/api:1.4.2@{image.Digest}"), ((Edit.Set)heard.Finding.Fix!.Edits[0]).Value);
        var facts = heard.Evidence[0].Facts;
        Assert.StartsWith($"{registry.Host}/shop/api:latest is {image.Digest}, as {registry.Host} answered at 20", facts[0], StringComparison.Ordinal);
        Assert.Contains("tag 1.4.2 stands for the same digest", facts);
    }

    private static void ChangesNothing(string rule, string yaml, Func<ImageReference, ImageEvidence?> evidence)
    {
        var (finding, root) = Find(rule, yaml);

        var heard = EvidenceFixes.Apply(finding, root, evidence);

        Assert.Same(finding, heard.Finding);
        Assert.Empty(heard.Evidence);
    }

    private static ImageEvidence Evidence(ImageReference image, string user, string? version = null) => new(
        image, "registry.example.com", DateTimeOffset.UnixEpoch, Digest, "", [], [new(ImagePlatform.Default, Digest, new(user), [], [], [], "")])
    {
        Version = version is not null && VersionTag.TryParse(version, out var tag, out _) ? tag : null,
    };

    private static string Pod(string image, string more = "restartPolicy: Always") =>
        $"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  {more}\n  containers:\n    - name: web\n      image: {image}\n";

    private static (Finding Finding, Field Root) Find(string rule, string yaml, PolicySettings? settings = null)
    {
        var source = new SourceText("pod.yaml", Encoding.UTF8.GetBytes(yaml));
        var rules = new RuleSet(Catalogue.All.Where(each => each.Info.Id == rule));
        var finding = Assert.Single(new FileJudge(rules, settings ?? PolicySettings.Default).Judge(source).Findings);
        return (finding, new ManifestReader().Read(source).Single().Document.Snapshot().Manifests().Single().Root);
    }
}
