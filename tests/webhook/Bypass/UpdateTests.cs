using System.Text.Json.Nodes;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Webhook.Admission;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>
/// Rows "Old vs new object" (CVE-2021-25735), "UPDATE vs CREATE, PATCH types" and "deletionTimestamp skip" (GO-2023-1819).
/// Every patch type reaches the webhook as an UPDATE with both objects, and server-side apply as either.
/// </summary>
public sealed class UpdateTests
{
    private static readonly AdmissionPolicy Policy = Reviewing.Policy("pss-baseline");
    private static readonly AdmissionPolicy Strict = Reviewing.Policy("pss-baseline", new AdmissionSettings { ToleratesOldViolations = false });

    [Fact]
    public void Old_object_that_is_right_never_speaks_for_the_new_one()
    {
        Assert.False(Reviewing.Validate(Question.Update(Objects.PrivilegedPod(), Objects.Pod()), Policy).IsAllowed);
        Assert.True(Reviewing.Validate(Question.Update(Objects.Pod(), Objects.PrivilegedPod()), Policy).IsAllowed);
    }

    [Fact]
    public void An_update_without_an_old_object_is_judged_like_a_new_one()
    {
        Assert.False(Reviewing.Validate(Question.Create(Objects.PrivilegedPod()) with { Operation = "UPDATE" }, Policy).IsAllowed);
        Assert.False(Reviewing.Validate(Question.Create(Objects.PrivilegedPod()) with { Operation = "UPDATE", OldObject = "{}" }, Policy).IsAllowed);
    }

    [Fact]
    public void A_create_never_looks_at_an_old_object()
    {
        var same = Objects.PrivilegedPod().ToJsonString();

        Assert.False(Reviewing.Validate(Question.Create(same) with { OldObject = same }, Policy).IsAllowed);
    }

    [Fact]
    public void A_finalizer_comes_off_whatever_is_wrong_with_the_rest()
    {
        var old = Objects.Deployment(Objects.PrivilegedSpec());
        old["metadata"]!["finalizers"] = new JsonArray("example.com/hold");
        var without = Objects.Deployment(Objects.PrivilegedSpec());

        foreach (var policy in (AdmissionPolicy[])[Policy, Strict])
        {
            var answer = Reviewing.Validate(Question.Update(without, old), policy);
            Assert.True(answer.IsAllowed);
            Assert.Empty(answer.Warnings);
        }
    }

    [Fact]
    public void DeletionTimestamp_makes_nobody_exempt()
    {
        var old = Objects.Deployment();
        var bad = Objects.Deployment(Objects.PrivilegedSpec());
        foreach (var each in (JsonObject[])[old, bad])
        {
            each["metadata"]!["deletionTimestamp"] = "2026-06-01T00:00:00Z";
            each["metadata"]!["finalizers"] = new JsonArray("example.com/hold");
        }

        Assert.Equal(["pss-privileged"], Reviewing.Validate(Question.Update(bad, old), Policy).Rules);
        Assert.Equal(["pss-privileged"], Reviewing.Validate(Question.Create(bad), Policy).Rules);
    }

    [Fact]
    public void DeletionTimestamp_keeps_correction_away()
    {
        var bad = Objects.Deployment(Objects.PrivilegedSpec());
        bad["metadata"]!["deletionTimestamp"] = "2026-06-01T00:00:00Z";

        Assert.Null(Reviewing.Mutate(Question.Update(bad, Objects.Deployment()), MutationTests.CorrectingAll("pss-baseline")).Patch);
    }

    public static TheoryData<string, string, string> Worsenings() => new()
    {
        // What the old pod spec gets, and what the new one gets besides; the rule that has to be refused.
        { "", """{"containers/0/securityContext/privileged": true}""", "pss-privileged" },
        { """{"containers/0/securityContext/privileged": true}""", """{"containers/0/securityContext/privileged": true, "hostPID": true}""", "pss-host-namespaces" },
        { """{"containers/0/securityContext/privileged": true}""", """{"containers/0/securityContext/privileged": true, "containers/0/image": "registry.example.com/evil:1"}""", "pss-privileged" },
        { """{"containers/0/securityContext/privileged": true}""", """{"containers/0/securityContext/privileged": true, "containers/0/command": ["sh"]}""", "pss-privileged" },
        { """{"containers/0/securityContext/privileged": true}""", """{"containers/0/securityContext/privileged": true, "containers/0/args": ["-c", "x"]}""", "pss-privileged" },
        { """{"containers/0/securityContext/privileged": true}""", """{"containers/0/securityContext/privileged": true, "containers/0/securityContext/runAsUser": 0}""", "pss-privileged" },
        { """{"containers/0/securityContext/privileged": true}""", """{"containers/0/securityContext/privileged": true, "containers/0/name": "other"}""", "pss-privileged" },
        { """{"containers/0/securityContext/privileged": true}""", """{"containers/0/securityContext/privileged": true, "containers/1": {"name": "b", "image": "registry.example.com/b:1", "securityContext": {"privileged": true}}}""", "pss-privileged" },
        { """{"containers/0/securityContext/privileged": true}""", """{"initContainers/0": {"name": "web", "image": "registry.example.com/web:1.4.2", "securityContext": {"privileged": true}}}""", "pss-privileged" },
        { """{"hostNetwork": true}""", """{"hostNetwork": true, "containers/1": {"name": "b", "image": "registry.example.com/b:1"}}""", "pss-host-namespaces" },
        { """{"hostNetwork": true}""", """{"hostNetwork": true, "hostPID": true}""", "pss-host-namespaces" },
        { """{"hostNetwork": true}""", """{"hostNetwork": true, "securityContext/runAsUser": 0}""", "pss-host-namespaces" },
        { """{"hostNetwork": true}""", """{"hostNetwork": true, "initContainers/0": {"name": "i", "image": "registry.example.com/i:1"}}""", "pss-host-namespaces" },
        { """{"volumes/0": {"name": "v", "hostPath": {"path": "/tmp"}}}""", """{"volumes/0": {"name": "v", "hostPath": {"path": "/"}}}""", "pss-host-path-volumes" },
        { """{"volumes/0": {"name": "v", "hostPath": {"path": "/tmp"}}}""", """{"volumes/0": {"name": "w", "hostPath": {"path": "/tmp"}}}""", "pss-host-path-volumes" },
        { """{"containers/0/ports/0/hostPort": 80}""", """{"containers/0/ports/0/hostPort": 22}""", "pss-host-ports" },
        { """{"containers/0/securityContext/capabilities/add": ["NET_ADMIN"]}""", """{"containers/0/securityContext/capabilities/add": ["SYS_ADMIN"]}""", "pss-capabilities-baseline" },
        { """{"containers/0/securityContext/capabilities/add": ["NET_ADMIN"]}""", """{"containers/0/securityContext/capabilities/add": ["NET_ADMIN", "SYS_ADMIN"]}""", "pss-capabilities-baseline" },
        { """{"securityContext/sysctls": [{"name": "kernel.msgmax", "value": "1"}]}""", """{"securityContext/sysctls": [{"name": "kernel.msgmax", "value": "2"}]}""", "pss-sysctls" },
        { """{"securityContext/sysctls": [{"name": "kernel.msgmax", "value": "1"}]}""", """{"securityContext/sysctls": [{"name": "kernel.msgmax", "value": "1"}, {"name": "kernel.sem", "value": "1"}]}""", "pss-sysctls" },
        { """{"containers/0/securityContext/seLinuxOptions": {"type": "spc_t"}}""", """{"containers/0/securityContext/seLinuxOptions": {"type": "spc_t", "user": "root"}}""", "pss-selinux-options" },
        { """{"containers/0/securityContext/seccompProfile": {"type": "Unconfined"}}""", """{"containers/0/securityContext/seccompProfile": {"type": "Unconfined"}, "initContainers/0": {"name": "i", "image": "x:1", "securityContext": {"seccompProfile": {"type": "Unconfined"}}}}""", "pss-seccomp-profile-baseline" },
    };

    [Theory]
    [MemberData(nameof(Worsenings))]
    public void An_update_that_adds_or_worsens_a_violation_is_refused_in_every_kind(string before, string after, string rule)
    {
        foreach (var kind in (string[])["v1/Pod", "apps/v1/Deployment", "batch/v1/CronJob", "argoproj.io/v1alpha1/Rollout"])
        {
            var old = Objects.Holder(kind, 0, With(before));
            var changed = Objects.Holder(kind, 0, With(after));

            var answer = Reviewing.Validate(Question.Update(changed, old), Policy);
            Assert.False(answer.IsAllowed, $"{kind}: {answer}");
            Assert.Contains(rule, answer.Rules);
        }
    }

    public static TheoryData<string, string> Unchanged() => new()
    {
        { """{"containers/0/securityContext/privileged": true}""", """{"containers/0/resources": {"limits": {"memory": "1Gi"}}}""" },
        { """{"containers/0/securityContext/privileged": true}""", """{"containers/0/env": [{"name": "A", "value": "b"}]}""" },
        { """{"containers/0/securityContext/privileged": true}""", """{"terminationGracePeriodSeconds": 5}""" },
        { """{"containers/0/securityContext/privileged": true}""", """{"containers/1": {"name": "b", "image": "registry.example.com/b:1"}}""" },
        { """{"hostNetwork": true}""", """{"containers/0/resources": {"limits": {"memory": "1Gi"}}}""" },
        { """{"volumes/0": {"name": "v", "hostPath": {"path": "/tmp"}}}""", """{"terminationGracePeriodSeconds": 5}""" },
    };

    [Theory]
    [MemberData(nameof(Unchanged))]
    public void An_update_that_leaves_an_old_violation_warns_unless_the_owner_wants_it_refused(string before, string besides)
    {
        var old = Objects.Deployment(With(before));
        var changed = Objects.Deployment(With(before, besides));

        var answer = Reviewing.Validate(Question.Update(changed, old), Policy);
        Assert.True(answer.IsAllowed, answer.ToString());
        Assert.NotEmpty(answer.Warnings);
        Assert.False(Reviewing.Validate(Question.Update(changed, old), Strict).IsAllowed);
    }

    [Theory]
    [InlineData("labels", "required-label-owner")]
    [InlineData("annotations", "required-annotation-email")]
    public void A_label_that_is_still_missing_is_missed_no_more_for_others_that_come_and_go(string map, string rule)
    {
        var policy = Reviewing.Policy("all");
        var old = Objects.Deployment();
        var changed = Objects.Deployment();
        old["metadata"]![map] = new JsonObject { ["app"] = "web", ["revision"] = "1" };
        changed["metadata"]![map] = new JsonObject { ["app"] = "web", ["revision"] = "2", ["tier"] = "z" };
        changed["spec"]!["replicas"] = 3;

        Assert.Contains(rule, Reviewing.Validate(Question.Create(changed), policy).Rules);
        Assert.DoesNotContain(rule, Reviewing.Validate(Question.Update(changed, old), policy).Rules);

        // Who had it, and takes it off, has to answer for it.
        old["metadata"]![map]![rule.EndsWith("email", StringComparison.Ordinal) ? "email" : "owner"] = "shop@example.com";
        Assert.Contains(rule, Reviewing.Validate(Question.Update(changed, old), policy).Rules);
    }

    [Theory]
    [InlineData("apps/v1/Deployment")]
    [InlineData("v1/Pod")]
    public void An_annotation_about_a_container_is_old_only_while_the_container_runs_the_same(string kind)
    {
        var old = Annotated(kind, "unconfined");
        var changed = Annotated(kind, "unconfined");
        changed["metadata"]!["generation"] = 2;
        Assert.True(Reviewing.Validate(Question.Update(changed, old), Policy).IsAllowed);

        foreach (var pod in Objects.Pods(changed))
        {
            pod.Holder["spec"]!["containers"]![0]!["image"] = "registry.example.com/evil:6";
        }

        Assert.Equal(["pss-apparmor-profile"], Reviewing.Validate(Question.Update(changed, old), Policy).Rules);
    }

    [Fact]
    public void A_value_that_is_too_long_to_be_told_in_full_is_still_another_value()
    {
        var long300 = new string('x', 300);
        Assert.True(Reviewing.Validate(Question.Update(Annotated("v1/Pod", long300 + "a"), Annotated("v1/Pod", long300 + "a")), Policy).IsAllowed);
        Assert.False(Reviewing.Validate(Question.Update(Annotated("v1/Pod", long300 + "b"), Annotated("v1/Pod", long300 + "a")), Policy).IsAllowed);
    }

    private static JsonObject Annotated(string kind, string profile)
    {
        var root = Objects.Holder(kind, 0, Objects.RestrictedSpec());
        foreach (var pod in Objects.Pods(root))
        {
            var metadata = pod.Holder["metadata"]?.AsObject() ?? [];
            pod.Holder["metadata"] = metadata;
            metadata["annotations"] = new JsonObject { ["container.apparmor.security.beta.kubernetes.io/web"] = profile };
        }

        return root;
    }

    [Fact]
    public void The_order_of_containers_is_no_change()
    {
        var first = """{"containers/0/securityContext/privileged": true, "containers/1": {"name": "b", "image": "registry.example.com/b:1"}}""";
        var old = Objects.Deployment(With(first));
        var changed = Objects.Deployment(With(first));
        var list = changed["spec"]!["template"]!["spec"]!["containers"]!.AsArray();
        var moved = list[0]!;
        list.RemoveAt(0);
        list.Add(moved);

        Assert.True(Reviewing.Validate(Question.Update(changed, old), Policy).IsAllowed);
    }

    [Fact]
    public void Two_containers_of_one_name_cover_each_other_in_nothing()
    {
        var old = Objects.Deployment(With("""{"containers/0/securityContext/privileged": true}"""));
        var changed = Objects.Deployment(With("""
            {"containers/0/securityContext/privileged": true,
             "containers/1": {"name": "web", "image": "registry.example.com/evil:1", "securityContext": {"privileged": true}}}
            """));

        Assert.False(Reviewing.Validate(Question.Update(changed, old), Policy).IsAllowed);
        Assert.False(Reviewing.Validate(Question.Update(changed, changed.DeepClone()) with { Object = Renamed(changed) }, Policy).IsAllowed);

        static string Renamed(JsonObject root)
        {
            var copy = root.DeepClone();
            copy["spec"]!["template"]!["spec"]!["containers"]![1]!["image"] = "registry.example.com/evil:2";
            return copy.ToJsonString();
        }
    }

    [Fact]
    public void An_annotation_that_a_rule_reads_is_no_mere_metadata()
    {
        var old = Objects.Pod();
        var changed = Objects.Pod();
        changed["metadata"]!["annotations"] = new JsonObject { ["container.apparmor.security.beta.kubernetes.io/web"] = "unconfined" };

        Assert.Equal(["pss-apparmor-profile"], Reviewing.Validate(Question.Update(changed, old), Policy).Rules);
    }

    [Fact]
    public void Another_subject_of_a_binding_to_cluster_admin_is_a_worse_binding()
    {
        var policy = Reviewing.Policy("all");
        var old = Binding("a", "b", "c", "d");

        foreach (var changed in (JsonObject[])[Binding("a", "b", "c", "mallory"), Binding("a", "b", "c", "d", "mallory"), Binding("mallory", "b", "c", "d")])
        {
            Assert.Contains("cluster-admin-role-binding", Reviewing.Validate(Question.Update(changed, old) with { Namespace = null }, policy).Rules);
        }

        static JsonObject Binding(params string[] users) => new()
        {
            ["apiVersion"] = "rbac.authorization.k8s.io/v1",
            ["kind"] = "ClusterRoleBinding",
            ["metadata"] = new JsonObject { ["name"] = "admins" },
            ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "ClusterRole", ["name"] = "cluster-admin" },
            ["subjects"] = new JsonArray([.. users.Select(user => (JsonNode)new JsonObject
            {
                ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "User", ["name"] = user,
            })]),
        };
    }

    [Fact]
    public void A_wildcard_in_a_role_is_worse_with_every_right_that_is_added_beside_it()
    {
        var policy = Reviewing.Policy("all");
        var old = Role("""{"apiGroups": [""], "resources": ["*"], "verbs": ["get"]}""");
        foreach (var rules in (string[])
            [
                """{"apiGroups": [""], "resources": ["*"], "verbs": ["get", "create"]}""",
                """{"apiGroups": ["apps"], "resources": ["*"], "verbs": ["get"]}""",
            ])
        {
            Assert.False(Reviewing.Validate(Question.Update(Role(rules), old), policy).IsAllowed, rules);
        }

        static JsonObject Role(string rules) => Objects.Parse(
            $$"""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"r","namespace":"shop","labels":{"owner":"x"} },"rules":[{{rules}}]}""");
    }

    /// <summary>A pod spec with values at slash-separated paths; a list grows where the index is its length.</summary>
    internal static JsonObject With(params string[] changes)
    {
        var spec = Objects.RestrictedSpec();
        foreach (var change in changes.Where(change => change.Length > 0))
        {
            foreach (var (path, value) in Objects.Parse(change))
            {
                Set(spec, path.Split('/'), value?.DeepClone());
            }
        }

        return spec;
    }

    private static void Set(JsonNode at, string[] steps, JsonNode? value)
    {
        for (var i = 0; ; i++)
        {
            var isLast = i == steps.Length - 1;
            var made = isLast ? value : int.TryParse(steps[i + 1], out _) ? new JsonArray() : new JsonObject();
            if (at is JsonArray list)
            {
                var index = int.Parse(steps[i], System.Globalization.CultureInfo.InvariantCulture);
                if (index == list.Count)
                {
                    list.Add(made);
                }
                else if (isLast)
                {
                    list[index] = made;
                }

                at = list[index]!;
            }
            else
            {
                if (isLast || at[steps[i]] is null)
                {
                    at[steps[i]] = made;
                }

                at = at[steps[i]]!;
            }

            if (isLast)
            {
                return;
            }
        }
    }
}
