using SelfHealGitOps.Webhook.Admission;
using SelfHealGitOps.Webhook.Telemetry;

namespace SelfHealGitOps.Webhook.Policies;

/// <summary>
/// Looks at the policy file twice a second. By its content: Kubernetes swaps a symbolic link somewhere above it, which no
/// watch of the file would tell. Content that was seen twice is taken, so that nobody reads half of what is being written. What
/// cannot be taken is logged once, and the policy in force stays.
/// </summary>
internal sealed partial class PolicyReload(
    WebhookOptions options, PolicyHolder holder, RuleCounters rules, TimeProvider clock, ILogger<PolicyReload> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private string? inForce;
    private string? lastSeen;
    private string? lastTried;

    /// <summary>Loads the first policy.</summary>
    /// <returns>What is wrong with it; empty where it is in force.</returns>
    public IReadOnlyList<string> LoadFirst()
    {
        var bytes = options.Policy is null ? null : PolicyLoading.Read(options.Policy);
        var loading = bytes is null ? PolicyLoading.BuiltIn(options.Profile) : PolicyLoading.Parse(bytes, options.Profile, 1);
        if (loading is not PolicyLoading.Loaded(var policy))
        {
            return ((PolicyLoading.Failed)loading).Problems;
        }

        Adopt(policy, bytes?.Hash);
        return [];
    }

    /// <summary>Looks once.</summary>
    public void Look()
    {
        var bytes = PolicyLoading.Read(options.Policy!);
        var isStable = bytes.Hash == lastSeen;
        lastSeen = bytes.Hash;
        if (!isStable || bytes.Hash == lastTried)
        {
            return;
        }

        lastTried = bytes.Hash;
        if (bytes.Hash == inForce)
        {
            holder.Confirm();
            LogBack(holder.Current!.Generation);
            return;
        }

        switch (PolicyLoading.Parse(bytes, options.Profile, (holder.Current?.Generation ?? 0) + 1))
        {
            case PolicyLoading.Loaded(var policy):
                Adopt(policy, bytes.Hash);
                break;
            case PolicyLoading.Failed(var problems):
                holder.FailReload();
                LogKept(holder.Current!.Generation, problems.Count);
                foreach (var problem in problems)
                {
                    LogProblem(problem);
                }

                break;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Policy is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                Look();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                holder.FailReload();
                LogFailed(exception);
            }
        }
    }

    private void Adopt(AdmissionPolicy policy, string? hash)
    {
        rules.Register(policy.Rules.Rules.Select(rule => rule.Info.Id));
        holder.Replace(policy);
        inForce = lastSeen = lastTried = hash;
        LogLoaded(policy.Profile, policy.Rules.Rules.Count, policy.Generation, policy.Digest);
        if (policy.NotAtAdmission.Count > 0)
        {
            LogNotAtAdmission(string.Join(", ", policy.NotAtAdmission));
        }
    }

    [LoggerMessage(LogLevel.Information, "Policy in force: profile {Profile}, {Rules} rules, generation {Generation}, digest {Digest}")]
    private partial void LogLoaded(string profile, int rules, int generation, string digest);

    [LoggerMessage(LogLevel.Information, "These rules need several objects and do not run at admission: {Rules}")]
    private partial void LogNotAtAdmission(string rules);

    [LoggerMessage(LogLevel.Error, "The new policy file has {Count} problems; the policy of generation {Generation} stays in force")]
    private partial void LogKept(int generation, int count);

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    private partial void LogProblem(string problem);

    [LoggerMessage(LogLevel.Information, "The policy file is again the one in force, generation {Generation}")]
    private partial void LogBack(int generation);

    [LoggerMessage(LogLevel.Error, "Looking at the policy file failed")]
    private partial void LogFailed(Exception exception);
}
