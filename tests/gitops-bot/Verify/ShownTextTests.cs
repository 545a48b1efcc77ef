using System.Text;
using SelfHealGitOps.Bot.Verify;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Verify;

public sealed class ShownTextTests
{
    private const string Text = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              env:
                - name: DB_PASSWORD
                  value: hunter2secret # of the shop
                - {name: MYSQL_PWD, value: "hunter2secret"}
                - name: GREETING
                  value: hello
                - name: DSN
                  value: postgres://shop:hunter2secret@db/shop
              workingDir: /srv
        ---
        apiVersion: v1
        kind: Secret
        metadata:
          name: web
        stringData:
          config: |
            hunter2secret
              hunter2secret

            hunter2secret
        data: {a: aHVudGVyMnNlY3JldA==}

        """;

    [Fact]
    public void Nobody_is_shown_a_secret()
    {
        var shown = Encoding.UTF8.GetString(ShownText.Masked("web.yaml", Encoding.UTF8.GetBytes(Text)).Span);

        Assert.DoesNotContain("hunter2", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("aHVudGVy", shown, StringComparison.Ordinal);
        Assert.Contains("          value: '[masked]' # of the shop\n        - {name: MYSQL_PWD, value: '[masked]'}\n        - name: GREETING\n          value: hello\n", shown, StringComparison.Ordinal);
        Assert.Equal(Text.Split('\n').Length, shown.Split('\n').Length);
    }

    [Theory]
    [InlineData("kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata:\n  DB_PASSWORD: hunter2 # x\n", "  DB_PASSWORD: '[masked]' # x\n")]
    [InlineData("kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata:\n  app.ini: |\n    user=shop\n    password=hunter2\n", "    user=shop\n    password=[masked]\n")]
    [InlineData("kind: Pod\napiVersion: v1\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      args: [\"--db-password=hunter2\", --verbose]\n", "args: [\"--db-password=[masked]\", --verbose]\n")]
    [InlineData("kind: Pod\napiVersion: v1\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      args:\n        - --password\n        - hunter2\n", "        - --password\n        - '[masked]'\n")]
    [InlineData("# password: hunter2\nkind: Pod\napiVersion: v1\nmetadata: {name: a}\n", "# password: [masked]\n")]
    [InlineData("kind: Pod\napiVersion: v1\nmetadata: {name: a}\n---\nkind: Secret\nstringData:\n  {{ if .x }}\n  word: hunter2\n", "  word: '[masked]'\n")]
    public void Nobody_is_shown_a_secret_by_the_name_before_it(string text, string part)
    {
        var shown = Encoding.UTF8.GetString(ShownText.Masked("a.yaml", Encoding.UTF8.GetBytes(text)).Span);

        Assert.DoesNotContain("hunter2", shown, StringComparison.Ordinal);
        Assert.Contains(part, shown, StringComparison.Ordinal);
        Assert.Equal(text.Split('\n').Length, shown.Split('\n').Length);
    }

    [Theory]
    [InlineData("kind: Pod\napiVersion: v1\nmetadata: {name: a}\nspec:\n  automountServiceAccountToken: false\n  volumes: [{name: a, secret: {secretName: web-tls}}]\n  tokenFile: /run/token\n")]
    [InlineData("kind: Pod\napiVersion: v1\nmetadata: {name: a}\nspec:\n  containers:\n    - env: [{name: A, valueFrom: {secretKeyRef: {name: db, key: password}}}]\n      args: [--password=$(PASSWORD), --token-file, /run/token]\n")]
    public void What_leads_to_a_secret_is_shown(string text) => Assert.Equal(text, Encoding.UTF8.GetString(ShownText.Masked("a.yaml", Encoding.UTF8.GetBytes(text)).Span));

    [Fact]
    public void A_patch_is_shown_with_its_surroundings_masked()
    {
        var diff = ShownText.Diff("web.yaml", Encoding.UTF8.GetBytes(Text), Encoding.UTF8.GetBytes(Text.Replace("hello", "good morning", StringComparison.Ordinal)));

        Assert.DoesNotContain("hunter2", diff, StringComparison.Ordinal);
        Assert.Contains("-          value: hello\n+          value: good morning\n", diff, StringComparison.Ordinal);
    }

    [Fact]
    public void What_holds_none_and_what_cannot_be_read_is_shown_as_it_is()
    {
        foreach (var text in (string[])["a: b\n", "{{ if }}\n", "a: [b\n"])
        {
            Assert.Equal(text, Encoding.UTF8.GetString(ShownText.Masked("web.yaml", Encoding.UTF8.GetBytes(text)).Span));
        }
    }
}
