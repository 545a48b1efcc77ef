using SelfHealGitOps.Webhook.Cluster;
using SelfHealGitOps.Webhook.Http;
using SelfHealGitOps.Webhook.Policies;
using SelfHealGitOps.Webhook.Tls;

namespace SelfHealGitOps.Webhook.Telemetry;

/// <summary><c>GET /metrics</c>. Labels are few and fixed: rule ids, routes, codes; never a name of an object, a namespace or a user.</summary>
internal sealed class MetricsEndpoint(
    ReviewCounters counters,
    RuleCounters rules,
    PolicyHolder policies,
    Namespaces namespaces,
    CertificateState certificates,
    ReviewGate gate,
    ProcessorQueue queue,
    Readiness readiness,
    DecisionLog log)
{
    public Task AnswerAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET";
            return Task.CompletedTask;
        }

        context.Response.ContentType = PrometheusText.ContentType;
        return context.Response.WriteAsync(Text());
    }

    public string Text()
    {
        var text = new PrometheusText();
        WriteReviews(text);
        WriteRules(text);
        WriteState(text);
        ProcessMetrics.Write(text);
        return text.ToString();
    }

    private void WriteReviews(PrometheusText text)
    {
        text.Counter("selfheal_reviews_total", "Requests for a review, by what was answered. An operation or verdict of 'none' is a request that was not judged.");
        for (var route = 0; route < ReviewCounters.Routes.Length; route++)
        {
            for (var operation = 0; operation < ReviewCounters.Operations.Length; operation++)
            {
                for (var verdict = 0; verdict < ReviewCounters.Verdicts.Length; verdict++)
                {
                    foreach (var isDryRun in (ReadOnlySpan<bool>)[false, true])
                    {
                        var count = counters.JudgedAt(route, operation, verdict, isDryRun);

                        // A route refuses or corrects; and what never happened yet is shown for what usually happens.
                        if (count > 0 || (!isDryRun && operation < 2 && verdict != (route == 0 ? (int)Verdict.Corrected : (int)Verdict.Denied)))
                        {
                            text.Sample(
                                count,
                                ("route", ReviewCounters.Routes[route]),
                                ("operation", ReviewCounters.Operations[operation]),
                                ("verdict", ReviewCounters.Verdicts[verdict]),
                                ("dry_run", isDryRun ? "true" : "false"),
                                ("code", "200"));
                        }
                    }
                }
            }

            for (var code = 0; code < ReviewCounters.Codes.Length; code++)
            {
                text.Sample(
                    counters.FailedAt(route, code),
                    ("route", ReviewCounters.Routes[route]),
                    ("operation", "none"),
                    ("verdict", "none"),
                    ("dry_run", "false"),
                    ("code", $"{ReviewCounters.Codes[code]}"));
            }
        }

        text.Histogram("selfheal_review_duration_seconds", "From the headers of a request for a review to its answer, reading its body included.");
        for (var route = 0; route < ReviewCounters.Routes.Length; route++)
        {
            text.Buckets(counters.LatencyOf(route), "route", ReviewCounters.Routes[route]);
        }

        text.Counter("selfheal_reviews_shed_total", "Requests for a review that were told to come again, for too much was in hand.");
        for (var route = 0; route < ReviewCounters.Routes.Length; route++)
        {
            text.Sample(counters.ShedAt(route), ("route", ReviewCounters.Routes[route]));
        }

        text.Gauge("selfheal_reviews_in_flight", "Reviews in hand.", gate.InFlight);
        text.Gauge("selfheal_review_bytes_in_flight", "Buffers that hold bodies of reviews.", gate.BytesInFlight);
        text.Gauge("selfheal_processor_wait_seconds", "How long work waits before a thread takes it up.", queue.Wait.TotalSeconds);
    }

    private void WriteRules(PrometheusText text)
    {
        List<KeyValuePair<string, RuleCounters.Counter>> all = [.. rules.All];
        Write("selfheal_rule_denials_total", "Reviews that the rule has refused; dry runs are left out here and below.", static counter => Volatile.Read(ref counter.Denials));
        Write("selfheal_rule_warnings_total", "Reviews that were admitted with a warning of the rule.", static counter => Volatile.Read(ref counter.Warnings));
        Write("selfheal_rule_observations_total", "Reviews in which the rule has found something, and only counts it.", static counter => Volatile.Read(ref counter.Observations));
        Write("selfheal_rule_patches_total", "Reviews that were corrected for the rule.", static counter => Volatile.Read(ref counter.Patches));
        Write("selfheal_rule_exempted_total", "Reviews in which an exemption has held against the rule.", static counter => Volatile.Read(ref counter.Exempted));

        void Write(string name, string help, Func<RuleCounters.Counter, long> value)
        {
            text.Counter(name, help);
            foreach (var (id, counter) in all)
            {
                text.Sample(value(counter), ("rule", id));
            }
        }
    }

    private void WriteState(PrometheusText text)
    {
        var policy = policies.Current;
        text.Gauge("selfheal_policy_generation", "Counts the policies of this process; 0 before the first.", policy?.Generation ?? 0);
        text.Gauge("selfheal_policy_info", "The policy in force; always 1.");
        if (policy is not null)
        {
            text.Sample(1, ("digest", policy.Digest), ("profile", policy.Profile));
        }

        text.Gauge("selfheal_policy_rules", "Rules that judge at admission.", policy?.Rules.Rules.Count ?? 0);
        text.Counter("selfheal_policy_reload_failures_total", "Policy files that could not take the place of the one in force.", policies.ReloadFailures);
        text.Gauge("selfheal_policy_last_reload_successful", "0 while the policy file says something else than the policy in force.", policies.LastReloadSucceeded ? 1 : 0);
        text.Gauge("selfheal_certificate_expiry_timestamp_seconds", "When the certificate expires, in seconds since 1970.");
        foreach (var (name, until) in new[] { ("leaf", certificates.Now.NotAfter), ("ca", certificates.Now.AuthorityNotAfter) })
        {
            if (until is { } instant)
            {
                text.Sample(instant.ToUnixTimeSeconds(), ("certificate", name));
            }
        }

        if (namespaces.Count is { } known)
        {
            text.Gauge("selfheal_namespaces", "Namespaces of the cluster that are known.", known);
        }

        text.Gauge("selfheal_ready", "1 where /readyz says so.", readiness.Reasons().Count == 0 ? 1 : 0);
        text.Counter("selfheal_decisions_not_logged_total", "Denials and corrections that were counted and not logged, for there were too many.", log.LeftOut);
    }
}
