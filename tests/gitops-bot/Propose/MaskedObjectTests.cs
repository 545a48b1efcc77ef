using System.Text;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Propose;

public sealed class MaskedObjectTests
{
    [Theory]
    [InlineData("dsn: Server=h;User=u;Password=hunter2;Timeout=3")]
    [InlineData("config: 'password=hunter2'")]
    [InlineData("config: \"user: a\\npassword: hunter2\\n\"")]
    [InlineData("config: '{\"password\":\"hunter2\"}'")]
    [InlineData("livenessProbe: {httpGet: {path: '/h?token=hunter2&a=b'}}")]
    [InlineData("url: https://files.example.com/x?sv=1&sig=hunter2&se=2")]
    [InlineData("pass: hunter2")]
    [InlineData("db_pass: hunter2")]
    [InlineData("sasKey: hunter2")]
    [InlineData("mysqlPwd: hunter2")]
    [InlineData("csi: {volumeAttributes: {pw: hunter2}}")]
    [InlineData("entrypoint: [sh, -c, 'x --password=hunter2']")]
    [InlineData("run: x --password hunter2 --verbose")]
    [InlineData("run: x --api-key 'hunter2'")]
    [InlineData("env: [{name: A, value: /srv/hunter2}]\n  workingDir: /srv/hunter2")]
    [InlineData("args: [--root=/srv/hunter2]\n  workingDir: /srv/hunter2")]
    [InlineData("env: [{name: A, value: one-hunter2}, {name: B, value: hunter2-two}]\n  workingDir: /srv/one-hunter2-two")]
    public void What_a_secret_is_leaves_nobody(string field) =>
        Assert.DoesNotContain("hunter2", Seen($"spec:\n  {field}\n").Json!.ToJsonString(), StringComparison.Ordinal);

    [Fact]
    public void What_is_none_is_seen()
    {
        const string Spec = "metadata: {name: frontend, namespace: shop-eu}\nspec:\n  env: [{name: APP, value: frontend}]\n  workingDir: /srv/frontend\n  memory: 128Mi\n  secretName: web-tls\n  path: /compass?page=two\n  bypass: always\n";
        Assert.Equal(
            """{"apiVersion":"v1","kind":"Thing","metadata":{"name":"frontend","namespace":"shop-eu"},"spec":{"env":[{"name":"APP","value":"[masked]"}],"workingDir":"/srv/frontend","memory":"128Mi","secretName":"web-tls","path":"/compass?page=two","bypass":"always"}}""",
            Seen(Spec).Json!.ToJsonString());
    }

    [Theory]
    [InlineData("a=b;pwd=c", "a=b;pwd=[masked]")]
    [InlineData("token: $(TOKEN)", "token: $(TOKEN)")]
    [InlineData("token: $(TOKEN)x", "token: [masked]")]
    [InlineData("password: {{ .Values.x }}", "password: {{ .Values.x }}")]
    [InlineData("https://x.example.com/token", "https://x.example.com/token")]
    [InlineData("automountServiceAccountToken: false", "automountServiceAccountToken: false")]
    public void Values_are_masked_by_the_name_before_them(string text, string masked) => Assert.Equal(masked, SecretText.Masked(text));

    private static MaskedObject Seen(string yaml) =>
        new(FileReading.Read(new ManifestReader(), new SourceText("", Encoding.UTF8.GetBytes("apiVersion: v1\nkind: Thing\n" + yaml)), isNamed: true).Documents[0].Document.Snapshot().Root);
}
