namespace SelfHealGitOps.Bot.Audit;

/// <summary>Who did it: <c>bot:selfheal</c>, <c>human:alice</c> or <c>rule:latest-tag</c>.</summary>
internal readonly record struct Actor
{
    private readonly string text;

    private Actor(string text) => this.text = text;

    public static Actor Bot(string name) => new($"bot:{name}");

    /// <param name="name">As the forge knows them.</param>
    public static Actor Human(string name) => new($"human:{name}");

    public static Actor Rule(string id) => new($"rule:{id}");

    public static Actor Read(string text) => new(text);

    public override string ToString() => text ?? "";
}
