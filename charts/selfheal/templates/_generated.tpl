{{- /* Written by the tests, with UPDATE_GOLDEN=1: what rules judge, and what else the chart shares with selfheal manifests. */ -}}

{{- define "selfheal.rules.mutating.namespaced" -}}
- apiGroups: [""]
  apiVersions: ["v1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["podtemplates", "replicationcontrollers"]
  scope: Namespaced
- apiGroups: [""]
  apiVersions: ["v1"]
  operations: ["CREATE"]
  resources: ["deploymentconfigs", "pods", "services"]
  scope: Namespaced
- apiGroups: ["agones.dev"]
  apiVersions: ["v1"]
  operations: ["CREATE"]
  resources: ["fleets", "gameservers", "gameserversets"]
  scope: Namespaced
- apiGroups: ["apps"]
  apiVersions: ["v1", "v1beta1", "v1beta2"]
  operations: ["CREATE", "UPDATE"]
  resources: ["daemonsets", "deployments", "replicasets", "statefulsets"]
  scope: Namespaced
- apiGroups: ["apps.kruise.io"]
  apiVersions: ["v1alpha1", "v1beta1"]
  operations: ["CREATE"]
  resources: ["advancedcronjobs", "broadcastjobs", "clonesets", "daemonsets", "statefulsets"]
  scope: Namespaced
- apiGroups: ["apps.openshift.io"]
  apiVersions: ["v1"]
  operations: ["CREATE"]
  resources: ["deploymentconfigs"]
  scope: Namespaced
- apiGroups: ["argoproj.io"]
  apiVersions: ["v1alpha1"]
  operations: ["CREATE"]
  resources: ["analysistemplates", "rollouts"]
  scope: Namespaced
- apiGroups: ["autoscaling"]
  apiVersions: ["v1", "v2", "v2beta1", "v2beta2"]
  operations: ["CREATE"]
  resources: ["horizontalpodautoscalers"]
  scope: Namespaced
- apiGroups: ["batch"]
  apiVersions: ["v1", "v1beta1", "v2alpha1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["cronjobs"]
  scope: Namespaced
- apiGroups: ["batch"]
  apiVersions: ["v1", "v1beta1", "v2alpha1"]
  operations: ["CREATE"]
  resources: ["jobs"]
  scope: Namespaced
- apiGroups: ["batch.volcano.sh"]
  apiVersions: ["v1alpha1"]
  operations: ["CREATE"]
  resources: ["jobs"]
  scope: Namespaced
- apiGroups: ["extensions"]
  apiVersions: ["v1beta1"]
  operations: ["CREATE"]
  resources: ["daemonsets", "deployments", "ingresses", "replicasets", "statefulsets"]
  scope: Namespaced
- apiGroups: ["jobset.x-k8s.io"]
  apiVersions: ["v1alpha2"]
  operations: ["CREATE"]
  resources: ["jobsets"]
  scope: Namespaced
- apiGroups: ["keda.sh"]
  apiVersions: ["v1alpha1"]
  operations: ["CREATE"]
  resources: ["scaledjobs"]
  scope: Namespaced
- apiGroups: ["kubeflow.org"]
  apiVersions: ["v1", "v1alpha2", "v2beta1"]
  operations: ["CREATE"]
  resources: ["jaxjobs", "mpijobs", "paddlejobs", "pytorchjobs", "tfjobs", "xgboostjobs"]
  scope: Namespaced
- apiGroups: ["leaderworkerset.x-k8s.io"]
  apiVersions: ["v1"]
  operations: ["CREATE"]
  resources: ["leaderworkersets"]
  scope: Namespaced
- apiGroups: ["networking.k8s.io"]
  apiVersions: ["v1", "v1beta1"]
  operations: ["CREATE"]
  resources: ["ingresses"]
  scope: Namespaced
- apiGroups: ["policy"]
  apiVersions: ["v1", "v1beta1"]
  operations: ["CREATE"]
  resources: ["poddisruptionbudgets"]
  scope: Namespaced
- apiGroups: ["ray.io"]
  apiVersions: ["v1", "v1alpha1"]
  operations: ["CREATE"]
  resources: ["rayclusters", "rayjobs", "rayservices"]
  scope: Namespaced
- apiGroups: ["rbac.authorization.k8s.io"]
  apiVersions: ["v1", "v1alpha1", "v1beta1"]
  operations: ["CREATE"]
  resources: ["roles"]
  scope: Namespaced
- apiGroups: ["serving.knative.dev"]
  apiVersions: ["v1", "v1alpha1", "v1beta1"]
  operations: ["CREATE"]
  resources: ["configurations", "revisions", "services"]
  scope: Namespaced
- apiGroups: ["sources.knative.dev"]
  apiVersions: ["v1", "v1alpha2", "v1beta1"]
  operations: ["CREATE"]
  resources: ["containersources"]
  scope: Namespaced
{{- end }}

{{- define "selfheal.rules.mutating.cluster" -}}
- apiGroups: ["argoproj.io"]
  apiVersions: ["v1alpha1"]
  operations: ["CREATE"]
  resources: ["clusteranalysistemplates"]
  scope: Cluster
- apiGroups: ["rbac.authorization.k8s.io"]
  apiVersions: ["v1", "v1alpha1", "v1beta1"]
  operations: ["CREATE"]
  resources: ["clusterrolebindings", "clusterroles"]
  scope: Cluster
- apiGroups: ["security.openshift.io"]
  apiVersions: ["v1"]
  operations: ["CREATE"]
  resources: ["securitycontextconstraints"]
  scope: Cluster
{{- end }}

{{- define "selfheal.rules.validating.namespaced" -}}
- apiGroups: [""]
  apiVersions: ["v1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["deploymentconfigs", "pods", "pods/ephemeralcontainers", "pods/resize", "podtemplates", "replicationcontrollers", "services"]
  scope: Namespaced
- apiGroups: ["agones.dev"]
  apiVersions: ["v1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["fleets", "gameservers", "gameserversets"]
  scope: Namespaced
- apiGroups: ["apps"]
  apiVersions: ["v1", "v1beta1", "v1beta2"]
  operations: ["CREATE", "UPDATE"]
  resources: ["daemonsets", "deployments", "replicasets", "statefulsets"]
  scope: Namespaced
- apiGroups: ["apps.kruise.io"]
  apiVersions: ["v1alpha1", "v1beta1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["advancedcronjobs", "broadcastjobs", "clonesets", "daemonsets", "statefulsets"]
  scope: Namespaced
- apiGroups: ["apps.openshift.io"]
  apiVersions: ["v1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["deploymentconfigs"]
  scope: Namespaced
- apiGroups: ["argoproj.io"]
  apiVersions: ["v1alpha1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["analysistemplates", "rollouts"]
  scope: Namespaced
- apiGroups: ["autoscaling"]
  apiVersions: ["v1", "v2", "v2beta1", "v2beta2"]
  operations: ["CREATE", "UPDATE"]
  resources: ["horizontalpodautoscalers"]
  scope: Namespaced
- apiGroups: ["batch"]
  apiVersions: ["v1", "v1beta1", "v2alpha1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["cronjobs", "jobs"]
  scope: Namespaced
- apiGroups: ["batch.volcano.sh"]
  apiVersions: ["v1alpha1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["jobs"]
  scope: Namespaced
- apiGroups: ["extensions"]
  apiVersions: ["v1beta1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["daemonsets", "deployments", "ingresses", "replicasets", "statefulsets"]
  scope: Namespaced
- apiGroups: ["jobset.x-k8s.io"]
  apiVersions: ["v1alpha2"]
  operations: ["CREATE", "UPDATE"]
  resources: ["jobsets"]
  scope: Namespaced
- apiGroups: ["keda.sh"]
  apiVersions: ["v1alpha1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["scaledjobs"]
  scope: Namespaced
- apiGroups: ["kubeflow.org"]
  apiVersions: ["v1", "v1alpha2", "v2beta1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["jaxjobs", "mpijobs", "paddlejobs", "pytorchjobs", "tfjobs", "xgboostjobs"]
  scope: Namespaced
- apiGroups: ["leaderworkerset.x-k8s.io"]
  apiVersions: ["v1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["leaderworkersets"]
  scope: Namespaced
- apiGroups: ["networking.k8s.io"]
  apiVersions: ["v1", "v1beta1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["ingresses"]
  scope: Namespaced
- apiGroups: ["policy"]
  apiVersions: ["v1", "v1beta1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["poddisruptionbudgets"]
  scope: Namespaced
- apiGroups: ["ray.io"]
  apiVersions: ["v1", "v1alpha1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["rayclusters", "rayjobs", "rayservices"]
  scope: Namespaced
- apiGroups: ["rbac.authorization.k8s.io"]
  apiVersions: ["v1", "v1alpha1", "v1beta1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["roles"]
  scope: Namespaced
- apiGroups: ["serving.knative.dev"]
  apiVersions: ["v1", "v1alpha1", "v1beta1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["configurations", "revisions", "services"]
  scope: Namespaced
- apiGroups: ["sources.knative.dev"]
  apiVersions: ["v1", "v1alpha2", "v1beta1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["containersources"]
  scope: Namespaced
{{- end }}

{{- define "selfheal.rules.validating.cluster" -}}
- apiGroups: ["argoproj.io"]
  apiVersions: ["v1alpha1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["clusteranalysistemplates"]
  scope: Cluster
- apiGroups: ["rbac.authorization.k8s.io"]
  apiVersions: ["v1", "v1alpha1", "v1beta1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["clusterrolebindings", "clusterroles"]
  scope: Cluster
- apiGroups: ["security.openshift.io"]
  apiVersions: ["v1"]
  operations: ["CREATE", "UPDATE"]
  resources: ["securitycontextconstraints"]
  scope: Cluster
{{- end }}

{{- define "selfheal.restrictedDefaults.defaults" -}}
defaults:
  resources:
    requests: {cpu: 50m, memory: 64Mi}
    limits: {memory: 256Mi}
{{- end }}

{{- define "selfheal.restrictedDefaults.correct" -}}
correct:
  - pss-allow-privilege-escalation
  - pss-capabilities-restricted
  - pss-run-as-non-root
  - pss-seccomp-profile-restricted
  - unset-cpu-requirements
  - unset-memory-requirements
{{- end }}

{{- define "selfheal.alerts" -}}
- alert: SelfHealNoReadyReplica
  expr: (sum(selfheal_ready{job="{{ .Values.name }}"}) or vector(0)) == 0
  for: 1m
  labels:
    severity: critical
  annotations:
    summary: no replica of the admission webhook is ready, so namespaced workloads are refused
- alert: SelfHealCertificateExpires
  expr: min(selfheal_certificate_expiry_timestamp_seconds{job="{{ .Values.name }}"}) - time() < 7 * 86400
  for: 10m
  labels:
    severity: critical
  annotations:
    summary: a certificate of the admission webhook ends in less than 7 days, and was not renewed
- alert: SelfHealPolicyReloadFailed
  expr: min(selfheal_policy_last_reload_successful{job="{{ .Values.name }}"}) == 0
  for: 5m
  labels:
    severity: warning
  annotations:
    summary: the policy file has mistakes, so the policy before it stays in force; the log names them
- alert: SelfHealSlow
  expr: histogram_quantile(0.99, sum by (le) (rate(selfheal_review_duration_seconds_bucket{job="{{ .Values.name }}"}[5m]))) > 0.5
  for: 10m
  labels:
    severity: warning
  annotations:
    summary: one request in a hundred waits more than half a second for the admission webhook
- alert: SelfHealSheds
  expr: sum(increase(selfheal_reviews_shed_total{job="{{ .Values.name }}"}[10m])) > 0
  for: 5m
  labels:
    severity: warning
  annotations:
    summary: the admission webhook has more requests than it can answer, and turns some away
- alert: SelfHealDenialSurge
  expr: >-
    sum(increase(selfheal_rule_denials_total{job="{{ .Values.name }}"}[10m])) > 50
    and sum(increase(selfheal_rule_denials_total{job="{{ .Values.name }}"}[10m]))
    > 5 * sum(increase(selfheal_rule_denials_total{job="{{ .Values.name }}"}[10m] offset 1d))
  for: 5m
  labels:
    severity: warning
  annotations:
    summary: the admission webhook refuses five times as much as at this time yesterday
{{- end }}
