namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// What no proposal may do, whoever makes it. Every assertion looks at every object of the file; most look at every value
/// that is not what it was, by the name of its field and at any depth, so that neither an unknown kind nor a list within a
/// list nor a value of the wrong type is a way around them. What an assertion does not understand, it refuses.
/// </summary>
internal sealed class SafetyGate : IGate
{
    public string Name => Gates.Safety;

    public Task<GateResult> CheckAsync(Candidate candidate, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        string? first = null;
        var held = 0;
        foreach (var (name, holds) in SafetyAssertions.All)
        {
            var broken = candidate.Objects.Select(pair => (Pair: pair, Why: holds(new SafetyCase(candidate, pair)))).Where(answer => answer.Why is not null).ToList();
            held += broken.Count == 0 ? 1 : 0;
            lines.Add(broken.Count == 0 ? $"holds   {name}" : $"broken  {name}: {string.Join("; ", broken.Select(answer => $"{answer.Pair.Identity}: {answer.Why}"))}");
            first ??= broken.Count == 0 ? null : $"{name}: {broken[0].Pair.Identity}: {broken[0].Why}";
        }

        var message = first is null ? $"{held}/{SafetyAssertions.All.Count} assertions hold" : $"{held}/{SafetyAssertions.All.Count} assertions hold; broken: {first}";
        return Task.FromResult(new GateResult(Name, first is null ? GateStatus.Passed : GateStatus.Failed, message, string.Join('\n', lines)));
    }
}
