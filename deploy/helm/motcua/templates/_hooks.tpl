{{/* Done before anything of the new version is; what failed stays to be looked at. */}}
{{- define "motcua.hook" -}}
helm.sh/hook: pre-install,pre-upgrade
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{- define "motcua.job" -}}
backoffLimit: 5
activeDeadlineSeconds: {{ .Values.hooks.deadlineSeconds }}
{{- end }}

{{- define "motcua.hookResources" -}}
requests: { cpu: 50m, memory: 128Mi }
limits: { memory: 512Mi }
{{- end }}
