using System.Text.Json;

namespace SelfHealGitOps.Tests.Rules;

/// <summary>What another system detected in each file of a corpus, and which of our rules ask the same.</summary>
internal static class PublishedDetections
{
    public const string Corpus = "manifests";

    /// <summary>By the policy: the rules that find what it detects. Where it lumps several checks together, so do we.</summary>
    public static IReadOnlyDictionary<string, string[]> Rules { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["set_requests_limits"] = ["unset-cpu-requirements", "unset-memory-requirements"],
        ["read_only_root_fs"] = ["no-read-only-root-fs"],
        ["run_as_non_root"] = ["run-as-non-root"],
        ["dangling_service"] = ["dangling-service"],
        ["no_latest_tag"] = ["latest-tag"],
        ["non_existent_service_account"] = ["non-existent-service-account"],
        ["no_anti_affinity"] = ["no-anti-affinity"],
        ["no_host_path"] = ["pss-host-path-volumes", "sensitive-host-mounts", "docker-sock"],
        ["drop_capabilities"] = ["privilege-escalation-container", "drop-net-raw-capability"],
        ["job_ttl_after_finished"] = ["job-ttl-seconds-after-finished"],
        ["no_privileged"] = ["privileged-container"],
        ["liveness_port"] = ["liveness-port"],
        ["readiness_port"] = ["readiness-port"],
        ["startup_port"] = ["startup-port"],
        ["pdb_unhealthy_eviction_policy"] = ["pdb-unhealthy-pod-eviction-policy"],
        ["no_host_network"] = ["host-network"],
        ["no_host_ports"] = ["pss-host-ports"],
        ["no_host_pid"] = ["host-pid"],
        ["env_var_secret"] = ["env-var-secret"],
        ["deprecated_service_account_field"] = ["deprecated-service-account-field"],
        ["mismatching_selector"] = ["mismatching-selector"],
        ["ssh_port"] = ["ssh-port"],
        ["duplicate_env_var"] = ["duplicate-env-var"],
    };

    public static IEnumerable<(string File, IReadOnlyList<string> Policies)> Read()
    {
        foreach (var line in File.ReadLines(Corpora.PathOf(Corpus, "published-detections.jsonl")))
        {
            using var entry = JsonDocument.Parse(line);
            yield return (
                entry.RootElement.GetProperty("file").GetString()!,
                [.. entry.RootElement.GetProperty("policies").EnumerateArray().Select(policy => policy.GetString()!)]);
        }
    }
}
