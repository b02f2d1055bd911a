{{/* What every pod of ours is: nobody in particular, able to write to /tmp alone. */}}
{{- define "motcua.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  {{- if .Values.runAsUser }}
  runAsUser: {{ .Values.runAsUser }}
  runAsGroup: {{ .Values.runAsUser }}
  fsGroup: {{ .Values.runAsUser }} # files of a Secret belong to root: its group may read them
  {{- end }}
  seccompProfile: { type: RuntimeDefault }
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "motcua.container" -}}
image: {{ include "motcua.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{/* Pods of one process apart from each other: by node, and by what `spreadBy` names. */}}
{{- define "motcua.apart" -}}
{{- $root := index . 0 }}
{{- $selector := dict "matchLabels" (include "motcua.selector" . | fromYaml) }}
{{- $term := dict "labelSelector" $selector "topologyKey" "kubernetes.io/hostname" -}}
affinity:
  podAntiAffinity:
    {{- if eq $root.Values.antiAffinity "hard" }}
    requiredDuringSchedulingIgnoredDuringExecution: {{- toYaml (list $term) | nindent 6 }}
    {{- else }}
    preferredDuringSchedulingIgnoredDuringExecution:
      {{- toYaml (list (dict "weight" 100 "podAffinityTerm" $term)) | nindent 6 }}
    {{- end }}
{{- with $root.Values.spreadBy }}
topologySpreadConstraints:
  {{- range . }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector: {{- toYaml $selector | nindent 6 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* The certificates to believe, where Python and all that is written in it looks for them. */}}
{{- define "motcua.certificateFile" }}
{{- if .Values.certificates.configMap }}
- name: SSL_CERT_FILE
  value: /etc/motcua-certificates/{{ .Values.certificates.key }}
{{- end }}
{{- end }}

{{- define "motcua.certificateMount" }}
{{- if .Values.certificates.configMap }}
- { name: certificates, mountPath: /etc/motcua-certificates, readOnly: true }
{{- end }}
{{- end }}

{{- define "motcua.certificateVolume" }}
{{- with .Values.certificates.configMap }}
- name: certificates
  configMap: { name: {{ . }} }
{{- end }}
{{- end }}
