using System.Security.Cryptography;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Webhook.Admission;

/// <summary>A policy as requests are judged by it. Immutable; replaced as a whole when the file changes.</summary>
internal sealed class AdmissionPolicy
{
    /// <param name="profile">The profile that the command line asks for; null for the file's.</param>
    /// <param name="generation">Counts the policies of this process, from 1.</param>
    public AdmissionPolicy(PolicyConfiguration configuration, string? profile = null, SourceText? source = null, int generation = 1)
    {
        Settings = configuration.Settings;
        Admission = configuration.Admission;
        Profile = profile ?? Admission.Profile ?? configuration.Profile;
        var whole = configuration.SetOf(Profile);
        Rules = configuration.AdmissionSetOf(Profile);
        NotAtAdmission = [.. whole.Rules.OfType<SetRule>().Select(rule => rule.Info.Id)];
        Generation = generation;
        Digest = Convert.ToHexStringLower(SHA256.HashData(source is null ? [] : source.Bytes))[..12];
    }

    /// <summary>Only rules that judge one object.</summary>
    public RuleSet Rules { get; }

    /// <summary>The rules of the profile that need several objects, and so do not run here.</summary>
    public IReadOnlyList<string> NotAtAdmission { get; }

    public PolicySettings Settings { get; }

    public AdmissionSettings Admission { get; }

    public string Profile { get; }

    public int Generation { get; }

    /// <summary>Of the policy file's bytes, 12 hexadecimal digits: which policy a verdict came from.</summary>
    public string Digest { get; }
}
