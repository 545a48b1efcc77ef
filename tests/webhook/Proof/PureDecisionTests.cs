using System.Collections.Concurrent;
using SelfHealGitOps.Tests;
using SelfHealGitOps.Webhook.Admission;
using SelfHealGitOps.Webhook.Tests.Bypass;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Proof;

/// <summary>The same request, facts and policy give the same bytes: from any thread, after whatever request, in whichever workspace.</summary>
public sealed class PureDecisionTests
{
    private const int Threads = 8;

    [Fact]
    public void Many_threads_with_pooled_workspaces_answer_as_one_with_fresh_ones()
    {
        var policies = (AdmissionPolicy[])[Reviewing.Policy("default"), MutationTests.CorrectingAll("all"), Reviewing.Policy("pss-baseline")];
        var asked = Requests().SelectMany(body => policies.SelectMany(policy => (bool[])[false, true], (policy, mutates) => (body, policy, mutates))).ToList();
        var alone = asked.Select(ask =>
        {
            using var fresh = new Reviewing();
            return Bytes(fresh, ask.body, ask.policy, ask.mutates);
        }).ToList();

        var pool = new ConcurrentBag<Reviewing>();
        var wrong = new ConcurrentBag<int>();
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
        {
            var order = Enumerable.Range(0, asked.Count).ToArray();
            new Random(thread).Shuffle(order);
            foreach (var i in order)
            {
                var reviewing = pool.TryTake(out var kept) ? kept : new Reviewing();
                if (!Bytes(reviewing, asked[i].body, asked[i].policy, asked[i].mutates).AsSpan().SequenceEqual(alone[i]))
                {
                    wrong.Add(i);
                }

                pool.Add(reviewing);
            }
        });

        foreach (var each in pool)
        {
            each.Dispose();
        }

        Assert.True(wrong.IsEmpty, $"{wrong.Count} answers differ");
        Assert.True(alone.Select(Convert.ToBase64String).Distinct().Count() > 20, "the requests do not differ enough to show anything");
    }

    [CorporaFact("repos")]
    public void Every_object_of_the_corpora_is_answered_alike_before_and_after_all_the_others()
    {
        var policy = Reviewing.Policy("all");
        var bodies = CorporaObject.All.Where(each => each.HasType).Select(each => each.Question.ToBytes()).ToList();
        using var reviewing = new Reviewing();
        var first = bodies.Select(body => Bytes(reviewing, body, policy, mutates: false)).ToList();

        bodies.Reverse();
        first.Reverse();
        for (var i = 0; i < bodies.Count; i++)
        {
            Assert.Equal(first[i], Bytes(reviewing, bodies[i], policy, mutates: false));
        }
    }

    /// <summary>Large, small, right, wrong, updates, broken: in an order that each thread makes for itself.</summary>
    private static List<byte[]> Requests()
    {
        var large = Objects.RestrictedSpec();
        for (var i = 0; i < 300; i++)
        {
            var container = large["containers"]![0]!.DeepClone();
            container["name"] = $"c{i}";
            container["securityContext"]!["privileged"] = i % 3 == 0;
            large["containers"]!.AsArray().Add(container);
        }

        var requests = new List<byte[]>
        {
            Question.Create(Objects.Pod()).ToBytes(),
            Question.Create(Objects.PrivilegedPod()).ToBytes(),
            Question.Create(Objects.Pod(large)).ToBytes(),
            Question.Update(Objects.Deployment(large), Objects.Deployment()).ToBytes(),
            Question.Update(Objects.Deployment(large), Objects.Deployment(Objects.PrivilegedSpec())).ToBytes(),
            Question.Update(Objects.Deployment(), Objects.Deployment(large)).ToBytes(),
            Question.Create("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}""").ToBytes(),
            Question.Create("{\"apiVersion\":").ToBytes(),
            Array.Empty<byte>(),
            "[[[["u8.ToArray(),
        };
        requests.AddRange(Enumerable.Range(1, 60).Select(number => new BypassCase(number).Question.ToBytes()));
        return requests;
    }

    private static byte[] Bytes(Reviewing reviewing, byte[] body, AdmissionPolicy policy, bool mutates)
    {
        var bytes = reviewing.AskForBytes(body, policy, mutates, out var problem);
        return problem is null ? bytes.ToArray() : System.Text.Encoding.UTF8.GetBytes(problem);
    }
}
