namespace SelfHealGitOps.Bot.Tests;

/// <summary>Manifests that more than one test needs.</summary>
internal static class Samples
{
    /// <summary>One warning with a Safe fix, under the rule <see cref="SafeRule"/>.</summary>
    public const string SafePod = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          serviceAccount: shop # of the shop
          containers:
            - name: web
              image: registry.example/web:1.2

        """;

    public const string SafeRule = "deprecated-service-account-field";

    /// <summary>One error with a Review fix, under the rule <see cref="ReviewRule"/>.</summary>
    public const string PrivilegedPod = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.2
              securityContext:
                privileged: true

        """;

    public const string ReviewRule = "pss-privileged";

    /// <summary>A warning without a fix, under the rule <c>latest-tag</c>.</summary>
    public const string LatestPod = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:latest

        """;

    public const string BrokenPod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web
        spec:
          containers: []

        """;

    public const string DuplicateKeyPod = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
          name: api

        """;

    public static string Crlf(string text) => text.ReplaceLineEndings("\r\n");
}
