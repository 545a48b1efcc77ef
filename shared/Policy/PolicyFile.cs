using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// Reads the policy language, version 1. It says how to judge and what fixes may use, and nothing of where its text
/// comes from: a repository's <c>.selfheal.yaml</c> and what admission is configured with are the same.
/// </summary>
public static class PolicyFile
{
    private const int Version = 1;

    internal static readonly string[] Keys =
    [
        "version", "profile", "kubernetesVersion", "podSecurityVersion", "exclude", "rules", "profiles", "images", "defaults", "exemptions", "admission",
    ];

    /// <param name="catalogue">The built-in rules.</param>
    public static PolicyReading Read(SourceText source, IReadOnlyList<Rule> catalogue)
    {
        var problems = new PolicyProblems();
        var root = problems.Read(source);
        var configuration = root is not { } written ? null
            : !written.IsWritten ? PolicyConfiguration.Standard(catalogue)
            : Read(written, catalogue, problems);
        return problems.All.Count == 0 && configuration is not null
            ? new PolicyReading.Accepted(configuration)
            : new PolicyReading.Refused(problems.InOrder);
    }

    private static PolicyConfiguration Read(Field root, IReadOnlyList<Rule> catalogue, PolicyProblems problems)
    {
        PolicyFields.CheckMap(root, problems, Keys);
        var version = root["version"];
        if (version.Exists && version.Integer != Version)
        {
            problems.Add(version, $"{Seen.Of(version)} is no version of this language; must be {Version}");
        }

        var rules = RuleSection.Read(root["rules"], catalogue, problems);
        var profiles = ProfileSection.Read(root["profiles"], rules.Rules, problems);
        var images = ImageSection.Read(root["images"], problems);
        return new PolicyConfiguration(rules.Rules)
        {
            Settings = new()
            {
                KubernetesVersion = ReadKubernetesVersion(root["kubernetesVersion"], problems),
                PssVersion = ReadPssVersion(root["podSecurityVersion"], problems),
                Defaults = DefaultSection.Read(root["defaults"], problems),
                AllowedRegistries = images.AllowedRegistries,
                Mirrors = images.Mirrors,
                Exemptions = ExemptionList.Read(root["exemptions"], problems),
                OwnRuleIds = [.. rules.Rules.Skip(catalogue.Count).Select(rule => rule.Info.Id)],
            },
            Admission = AdmissionSection.Read(root["admission"], rules.Rules, profiles, problems),
            Profile = ReadProfile(root["profile"], profiles, problems),
            Exclude = ReadExclude(root["exclude"], problems),
            OwnProfiles = profiles,
            Switches = images.Judges && !rules.Switches.ContainsKey(ImageSection.RuleId)
                ? new Dictionary<string, bool>(rules.Switches, StringComparer.Ordinal) { [ImageSection.RuleId] = true }
                : rules.Switches,
        };
    }

    private static KubernetesVersion ReadKubernetesVersion(Field field, PolicyProblems problems)
    {
        // 1.30 without quotes is a number, and its text is what was meant.
        if (!KubernetesVersion.TryParse(field.Text ?? (field.Exists ? "" : "latest"), out var version))
        {
            problems.Add(field, $"{Seen.Of(field)} is no version of Kubernetes; must be v1.N, such as v1.34, or latest");
        }

        return version;
    }

    private static PssVersion ReadPssVersion(Field field, PolicyProblems problems)
    {
        if (!PssVersion.TryParse(field.Text ?? (field.Exists ? "" : "latest"), out var version))
        {
            problems.Add(field, $"{Seen.Of(field)} is no version of the Pod Security Standards; must be v1.N, such as v1.34, or latest");
        }

        return version;
    }

    private static string ReadProfile(Field field, IReadOnlyList<OwnProfile> own, PolicyProblems problems)
    {
        if (PolicyFields.TextOf(field, problems) is not { } name)
        {
            return BuiltInProfiles.Default;
        }

        ProfileSection.CheckName(name, field, own.Select(profile => profile.Name), problems);
        return name;
    }

    private static List<Glob> ReadExclude(Field field, PolicyProblems problems)
    {
        var globs = new List<Glob>();
        foreach (var (text, place) in PolicyFields.TextsOf(field, problems))
        {
            if (Glob.TryParse(text, out var glob, out var problem))
            {
                globs.Add(glob);
            }
            else
            {
                problems.Add(place, problem);
            }
        }

        return globs;
    }
}
