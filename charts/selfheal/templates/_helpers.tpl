{{- define "selfheal.labels" -}}
app.kubernetes.io/name: {{ .Values.name }}
app.kubernetes.io/part-of: selfheal
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{- define "selfheal.selector" -}}
app.kubernetes.io/name: {{ .Values.name }}
{{- end }}

{{- define "selfheal.secret" -}}
{{ default (printf "%s-tls" .Values.name) .Values.certificates.secret }}
{{- end }}

{{- define "selfheal.image" -}}
{{ with .Values.image.registry }}{{ . }}/{{ end }}{{ .Values.image.repository }}
{{- if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ default .Chart.AppVersion .Values.image.tag }}{{ end }}
{{- end }}

{{- define "selfheal.excluded" -}}
namespaceSelector:
  matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values:
        - {{ .Release.Namespace | quote }}
        - kube-system
        - kube-node-lease
        {{- range .Values.excludedNamespaces }}
        - {{ . | quote }}
        {{- end }}
{{- end }}
