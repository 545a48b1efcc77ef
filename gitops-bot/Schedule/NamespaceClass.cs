namespace SelfHealGitOps.Bot.Schedule;

/// <summary>What a namespace is for. In order of weight.</summary>
internal enum NamespaceClass
{
    Development,
    Staging,
    Production,
    System,
}
