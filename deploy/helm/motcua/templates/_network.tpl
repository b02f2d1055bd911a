{{/* Egress to these destinations: (list $ (list "broker" "database")); DNS always goes along. */}}
{{- define "motcua.egress" -}}
{{- $root := index . 0 }}
{{- $places := $root.Values.networkPolicy.destinations }}
{{- range $name := prepend (index . 1) "dns" | uniq }}
{{- $place := index $places $name }}
{{- if not $place }}
{{- fail (printf "networkPolicy.destinations has no %s, which a service reaches" $name) }}
{{- end }}
{{- if $place.ports }}
- ports:
    {{- range $place.ports }}
    - { protocol: TCP, port: {{ . }} }
    {{- if eq $name "dns" }}
    - { protocol: UDP, port: {{ . }} }
    {{- end }}
    {{- end }}
  {{- with $place.to }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}
