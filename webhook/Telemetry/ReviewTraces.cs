using System.Diagnostics;
using System.Text;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Webhook.Admission;

namespace SelfHealGitOps.Webhook.Telemetry;

/// <summary>A span for each review, where somebody listens; where nobody does, nothing is made.</summary>
internal static class ReviewTraces
{
    public const string SourceName = "SelfHealGitOps.Webhook";

    private static readonly ActivitySource Source = new(SourceName);

    /// <returns>Null where nobody listens, or the sampler does not want it.</returns>
    public static Activity? Start(bool mutates, HttpRequest request) => Source.HasListeners() ? StartHeard(mutates, request) : null;

    private static Activity? StartHeard(bool mutates, HttpRequest request)
    {
        // What cannot be parsed starts a trace of its own.
        ActivityContext.TryParse(request.Headers.TraceParent, request.Headers.TraceState, isRemote: true, out var parent);
        var span = Source.StartActivity(mutates ? "POST /mutate" : "POST /validate", ActivityKind.Server, parent);
        span?.SetTag("http.route", mutates ? "/mutate" : "/validate");
        return span;
    }

    /// <summary>Adds what was asked and answered: kinds, names and rule ids, and nothing of what stands in the object.</summary>
    public static void Note(Activity? span, in AdmissionRequest request, AdmissionDecision decision, Verdict verdict)
    {
        if (span is null)
        {
            return;
        }

        var identity = ObjectIdentity.Of(request.Object);
        span.SetTag("http.response.status_code", 200);
        span.SetTag("selfheal.verdict", ReviewCounters.Verdicts[(int)verdict]);
        span.SetTag("selfheal.operation", request.Operation.ToString());
        span.SetTag("selfheal.subresource", Encoding.UTF8.GetString(request.SubResource));
        span.SetTag("selfheal.dry_run", request.IsDryRun);
        span.SetTag("k8s.object.kind", identity.Kind);
        span.SetTag("k8s.namespace.name", request.Namespace);
        span.SetTag("k8s.object.name", identity.Name);
        if (decision.Denials.Count + decision.Corrected.Count > 0)
        {
            span.SetTag("selfheal.rules", AuditText.Rules(decision.IsAllowed ? decision.Corrected : decision.Denials));
            span.SetTag("selfheal.fix_id", decision.FixId);
        }
    }

    /// <summary>Adds why nothing was judged.</summary>
    public static void Note(Activity? span, int status)
    {
        span?.SetTag("http.response.status_code", status);
        if (status >= 500)
        {
            span?.SetStatus(ActivityStatusCode.Error);
        }
    }
}
