namespace SelfHealGitOps.Bot.Schedule;

/// <summary>
/// A count as points: one at each of these counts, so that the first few matter most and there is an end. A count that
/// stands twice gives two points at once.
/// </summary>
internal sealed record Steps(string Input, params int[] At)
{
    public static Steps Replicas { get; } = new("replicas", 1, 2, 3, 5, 10, 25);

    public static Steps Services { get; } = new("services", 1, 2, 4);

    public static Steps Ingresses { get; } = new("ingresses", 1, 1, 1, 2, 5);

    public static Steps Consumers { get; } = new("consumers", 1, 2, 3, 5, 10, 25);

    public static Steps Claims { get; } = new("claims", 1, 1, 2, 4);

    public static Steps Overlays { get; } = new("overlays", 2, 3, 5, 10);

    public static Steps Applications { get; } = new("applications", 2, 2, 3, 4, 6, 10, 20, 40);

    public static Steps Clusters { get; } = new("clusters", 2, 2, 2, 3, 3, 5, 10, 25);

    public static IReadOnlyList<Steps> All { get; } = [Replicas, Services, Ingresses, Consumers, Claims, Overlays, Applications, Clusters];

    public int Most => At.Length;

    public int PointsOf(int count) => At.Count(at => count >= at);
}
