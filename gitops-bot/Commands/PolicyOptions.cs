using System.CommandLine;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Commands;

/// <summary>Where the policy is found, and what the command line puts in place of what it says.</summary>
internal sealed class PolicyOptions
{
    public Option<string?> Config { get; } = new("--config")
    {
        Description = $"The policy file. Else the nearest {PolicySearch.FileName}, from the scanned path upwards to the root of its repository.",
        HelpName = "FILE",
    };

    public Option<bool> NoConfig { get; } = new("--no-config") { Description = "Go by no policy file." };

    public Option<string?> Profile { get; } = new("--profile")
    {
        Description = $"The rules to judge by: {string.Join(", ", BuiltInProfiles.Names)}, or a profile of the policy file. Else what the file says, or {BuiltInProfiles.Default}.",
        HelpName = "NAME",
    };

    public Option<string?> PssVersion { get; } = new("--pss-version")
    {
        Description = "The version of the Pod Security Standards: v1.N, or latest. Else what the policy file says, or latest.",
        HelpName = "v1.N|latest",
    };

    public Option<string?> KubernetesVersion { get; } = new("--k8s-version")
    {
        Description = "The version of Kubernetes that the manifests are for: v1.N, or latest. Else what the policy file says, or latest.",
        HelpName = "v1.N|latest",
    };

    public Option<string[]> Exclude { get; } = new("--exclude")
    {
        Description = "Leave out what a glob matches, from the current folder; may be given several times.",
        HelpName = "GLOB",
        AllowMultipleArgumentsPerToken = false,
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Profile, PssVersion, KubernetesVersion, Config, NoConfig, Exclude })
        {
            command.Add(option);
        }

        Profile.CompletionSources.Add([.. BuiltInProfiles.Names]);
    }

    /// <summary>The policy of the paths, with what the command line says in its place.</summary>
    /// <param name="paths">Files and folders; the current folder for standard input.</param>
    /// <exception cref="UsageException">The options make no sense, or the policy file does not.</exception>
    public RepositoryPolicy Load(ParseResult parsed, IReadOnlyList<string> paths)
    {
        var policy = Find(parsed, paths);
        var settings = policy.Configuration.Settings;
        if (parsed.GetValue(PssVersion) is { } pss)
        {
            settings = Policy.PssVersion.TryParse(pss, out var version)
                ? settings with { PssVersion = version }
                : throw new UsageException($"--pss-version {pss}: use v1.N, such as v1.31, or latest");
        }

        if (parsed.GetValue(KubernetesVersion) is { } kubernetes)
        {
            settings = Policy.KubernetesVersion.TryParse(kubernetes, out var version)
                ? settings with { KubernetesVersion = version }
                : throw new UsageException($"--k8s-version {kubernetes}: use v1.N, such as v1.34, or latest");
        }

        var profile = parsed.GetValue(Profile) ?? policy.Configuration.Profile;
        if (!policy.Configuration.HasProfile(profile))
        {
            var names = policy.Configuration.ProfileNames.ToList();
            var hint = Nearest.Hint(profile, names);
            throw new UsageException($"--profile {profile}: there is no such profile{(hint.Length > 0 ? hint : ";")} use one of {string.Join(", ", names)}");
        }

        return policy with { Configuration = policy.Configuration with { Settings = settings, Profile = profile } };
    }

    /// <summary>What is not scanned, by the policy file and by the command line.</summary>
    /// <exception cref="UsageException">A glob has no meaning.</exception>
    public ExcludedPaths Excluded(ParseResult parsed, RepositoryPolicy policy)
    {
        var excluded = policy.File is null
            ? ExcludedPaths.Nothing
            : ExcludedPaths.Nothing.With(Path.GetDirectoryName(policy.File)!, policy.Configuration.Exclude);
        return parsed.GetValue(Exclude) is { Length: > 0 } given
            ? excluded.With(RealPath.Of("."), given.Select(text => Glob.TryParse(text, out var glob, out var problem)
                ? glob
                : throw new UsageException($"--exclude {text}: {problem}")))
            : excluded;
    }

    private RepositoryPolicy Find(ParseResult parsed, IReadOnlyList<string> paths)
    {
        var isWithout = parsed.GetValue(NoConfig);
        if (parsed.GetValue(Config) is { } named)
        {
            return isWithout ? throw new UsageException("--config and --no-config cannot both be given")
                : named.Length > 0 ? RepositoryPolicy.Read(RealPath.Of(named))
                : throw new UsageException("--config wants the name of a file");
        }

        return !isWithout && PolicySearch.For(paths) is { } found ? RepositoryPolicy.Read(found) : RepositoryPolicy.None;
    }
}
