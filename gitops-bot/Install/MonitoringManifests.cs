namespace SelfHealGitOps.Bot.Install;

/// <summary>For clusters with the Prometheus operator, whose kinds they are.</summary>
internal static class MonitoringManifests
{
    public static IEnumerable<string> Of(Installation installation)
    {
        if (installation.HasServiceMonitor)
        {
            yield return $"""
                apiVersion: monitoring.coreos.com/v1
                kind: ServiceMonitor
                {InstalledObjects.Metadata(installation)}spec:
                  selector:
                    matchLabels:
                      app.kubernetes.io/name: {installation.Name}
                  endpoints:
                    - port: metrics
                      path: /metrics
                      interval: 30s

                """;
        }

        if (installation.HasAlerts)
        {
            yield return $"""
                apiVersion: monitoring.coreos.com/v1
                kind: PrometheusRule
                {InstalledObjects.Metadata(installation)}spec:
                  groups:
                    - name: {installation.Name}
                      rules:
                {YamlText.Indent(8, Alerts(installation.Name))}
                """;
        }
    }

    /// <param name="job">What Prometheus calls the Service.</param>
    public static string Alerts(string job) => $$"""
        - alert: SelfHealNoReadyReplica
          expr: (sum(selfheal_ready{job="{{job}}"}) or vector(0)) == 0
          for: 1m
          labels:
            severity: critical
          annotations:
            summary: no replica of the admission webhook is ready, so namespaced workloads are refused
        - alert: SelfHealCertificateExpires
          expr: min(selfheal_certificate_expiry_timestamp_seconds{job="{{job}}"}) - time() < 7 * 86400
          for: 10m
          labels:
            severity: critical
          annotations:
            summary: a certificate of the admission webhook ends in less than 7 days, and was not renewed
        - alert: SelfHealPolicyReloadFailed
          expr: min(selfheal_policy_last_reload_successful{job="{{job}}"}) == 0
          for: 5m
          labels:
            severity: warning
          annotations:
            summary: the policy file has mistakes, so the policy before it stays in force; the log names them
        - alert: SelfHealSlow
          expr: histogram_quantile(0.99, sum by (le) (rate(selfheal_review_duration_seconds_bucket{job="{{job}}"}[5m]))) > 0.5
          for: 10m
          labels:
            severity: warning
          annotations:
            summary: one request in a hundred waits more than half a second for the admission webhook
        - alert: SelfHealSheds
          expr: sum(increase(selfheal_reviews_shed_total{job="{{job}}"}[10m])) > 0
          for: 5m
          labels:
            severity: warning
          annotations:
            summary: the admission webhook has more requests than it can answer, and turns some away
        - alert: SelfHealDenialSurge
          expr: >-
            sum(increase(selfheal_rule_denials_total{job="{{job}}"}[10m])) > 50
            and sum(increase(selfheal_rule_denials_total{job="{{job}}"}[10m]))
            > 5 * sum(increase(selfheal_rule_denials_total{job="{{job}}"}[10m] offset 1d))
          for: 5m
          labels:
            severity: warning
          annotations:
            summary: the admission webhook refuses five times as much as at this time yesterday
        """;
}
