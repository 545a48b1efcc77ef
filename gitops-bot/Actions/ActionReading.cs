namespace SelfHealGitOps.Bot.Actions;

/// <summary>What a look at the cluster says of an action.</summary>
internal abstract record ActionReading
{
    private ActionReading()
    {
    }

    /// <summary>All that has to hold does.</summary>
    public sealed record Ready(PreparedAction Action) : ActionReading;

    /// <summary>Something that has to hold does not: whatever was said before, it is not to be done now.</summary>
    public sealed record Void(IReadOnlyList<Precondition> Preconditions) : ActionReading
    {
        public string Why => string.Join("; ", Preconditions.Where(each => !each.Holds).Select(each => $"must be: {each.What}; is: {each.Seen}"));
    }

    /// <summary>The cluster could not be asked.</summary>
    public sealed record Unknown(string Why) : ActionReading;
}

/// <param name="What">What has to hold. Ours.</param>
/// <param name="Seen">What was found; may quote names from the cluster.</param>
/// <param name="At">When it was looked at.</param>
internal sealed record Precondition(string What, bool Holds, string Seen, DateTimeOffset At);
