namespace SelfHealGitOps.Bot.Install;

/// <summary>The policy file, as a ConfigMap that is mounted whole: one that is mounted by a path of its own would not follow changes.</summary>
internal static class PolicyManifest
{
    public static string Of(Installation installation) => $"""
        apiVersion: v1
        kind: ConfigMap
        {InstalledObjects.Metadata(installation, $"{installation.Name}-policy")}data:
          .selfheal.yaml: |2
        {YamlText.Indent(4, TextOf(installation))}
        """;

    public static string TextOf(Installation installation) => installation.PolicyFile ?? $"""
        version: 1
        profile: {installation.Profile}
        {YamlText.If(installation.CorrectsToRestricted, RestrictedDefaults.Defaults)}admission:
          mode: {installation.Mode}
        {YamlText.If(installation.CorrectsToRestricted, YamlText.Indent(2, RestrictedDefaults.Correct))}
        """;
}
