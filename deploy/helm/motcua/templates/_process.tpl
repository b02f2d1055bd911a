{{/*
The processes of this release, a JSON list of {service, agency, user, name, secret, own}:
the centre's services and the desks of `agencies`, or the one desk of `agency`.
*/}}
{{- define "motcua.processes" -}}
{{- $root := . }}
{{- $found := list }}
{{- if and .Values.agency .Values.agencies }}
{{- fail "agency and agencies are both set: one release is either the desk of one agency, or the centre with desks beside it" }}
{{- end }}
{{- range $service, $own := .Values.services }}
{{- $own = mergeOverwrite (deepCopy $root.Values.defaults) (deepCopy (default dict $own)) }}
{{- $desks := list "" }}
{{- if eq $service "routing" }}
{{- $desks = ternary (list $root.Values.agency) $root.Values.agencies (ne $root.Values.agency "") }}
{{- else if $root.Values.agency }}
{{- $desks = list }}
{{- end }}
{{- range $agency := ternary $desks list (ne $own.enabled false) }}
{{- $found = append $found (include "motcua.process" (list $root $service $agency $own) | fromJson) }}
{{- end }}
{{- end }}
{{- if not $found }}
{{- fail "nothing would run: services.routing is off, or everything is" }}
{{- end }}
{{- toJson $found }}
{{- end }}

{{/*
What runs: the processes, but for desks that share one. Those are one entry, `desks`, with `hosted`:
each of them and the port it listens on.
*/}}
{{- define "motcua.running" -}}
{{- $root := . }}{{ $found := list }}{{ $hosted := list }}
{{- range $process := include "motcua.processes" . | fromJsonArray }}
{{- if $process.port }}{{ $hosted = append $hosted $process }}{{ else }}{{ $found = append $found $process }}{{ end }}
{{- end }}
{{- if $hosted }}
{{- $name := printf "%s-desks" $root.Release.Name }}
{{- $found = append $found (dict "service" "routing" "agency" "" "component" "desks" "user" "desks" "name" $name "secret" "" "own" (first $hosted).own "hosted" $hosted) }}
{{- end }}
{{- toJson $found }}
{{- end }}

{{- define "motcua.process" -}}
{{- $root := index . 0 }}{{ $service := index . 1 }}{{ $agency := index . 2 }}{{ $own := index . 3 }}
{{- $user := $service }}{{ $name := printf "%s-%s" $root.Release.Name $service }}
{{- $secret := printf "%s-%s" $root.Values.secrets.prefix $service }}
{{- if $agency }}
{{- $user = printf "%s.%s" $service $agency }}
{{- $secret = printf "%s-%s" $secret $agency }}
{{- if not $root.Values.agency }}{{ $name = printf "%s-%s" $name $agency }}{{ end }}
{{- end }}
{{- if gt (len $name) 52 }}
{{- fail (printf "%s is too long for a name: choose a shorter name for the release" $name) }}
{{- end }}
{{- $port := 0 }}
{{- if and $agency $root.Values.hosted }}
{{- range $place, $code := $root.Values.agencies }}{{ if eq $code $agency }}{{ $port = add 8001 $place }}{{ end }}{{ end }}
{{- end }}
{{- dict "service" $service "agency" $agency "component" $service "user" $user "name" $name "secret" $secret "own" $own "port" $port | toJson }}
{{- end }}

{{- define "motcua.image" -}}
{{- $image := .Values.image }}
{{- if $image.digest }}{{ $image.repository }}@{{ $image.digest }}
{{- else }}{{ $image.repository }}:{{ default .Chart.AppVersion $image.tag }}{{ end }}
{{- end }}

{{/* Labels that never change while a release lives: (list $ $process). */}}
{{- define "motcua.selector" -}}
{{- $root := index . 0 }}{{ $process := index . 1 -}}
app.kubernetes.io/name: motcua
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ default $process.service $process.component }}
{{- if $process.agency }}
motcua/agency: {{ $process.agency }}
{{- end }}
{{- end }}

{{- define "motcua.labels" -}}
{{ include "motcua.selector" . }}
{{ include "motcua.release" (index . 0) }}
{{- end }}

{{- define "motcua.release" -}}
{{- $version := default .Chart.AppVersion .Values.image.tag -}}
app.kubernetes.io/part-of: motcua
app.kubernetes.io/version: {{ $version | trunc 63 | trimSuffix "-" | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* How many MB a file may have: LARGEST_UPLOAD of documents, which is also that of intake. */}}
{{- define "motcua.largestUpload" -}}
{{- $documents := dig "documents" "settings" "LARGEST_UPLOAD" 25 .Values.services }}
{{- $intake := dig "intake" "settings" "LARGEST_UPLOAD" $documents .Values.services }}
{{- if ne (int $intake) (int $documents) }}
{{- fail "LARGEST_UPLOAD of intake and of documents differ: set that of documents alone, intake follows it" }}
{{- end }}
{{- int $documents }}
{{- end }}

{{/* The size of /tmp: that of documents holds the files of 200 connections: (list $ $process). */}}
{{- define "motcua.temporary" -}}
{{- $root := index . 0 }}{{ $process := index . 1 }}
{{- $files := mul 200 (include "motcua.largestUpload" $root | int) }}
{{- default (printf "%dGi" (add 1 (div $files 1000))) $process.own.temporary }}
{{- end }}

{{/* "yes" for a process that has pages, by the list that is made from the code: (list $ $process). */}}
{{- define "motcua.hasPages" -}}
{{- $root := index . 0 }}{{ $process := index . 1 }}
{{- range $rule := $root.Files.Get "files/pages.json" | fromJsonArray }}
{{- if eq $rule.service $process.service }}yes{{ end }}
{{- end }}
{{- end }}

{{/* The Secret with the master keys of a process that seals, each its own: (list $ $process). */}}
{{- define "motcua.vault" -}}
{{- $root := index . 0 }}{{ $process := index . 1 }}
{{- get (dict "feedback" $root.Values.vault "subscriptions" $root.Values.webhookVault) $process.service | default dict | toJson }}
{{- end }}

{{/* The environment of a process: settings as they are, secrets from its own Secret. */}}
{{- define "motcua.environment" -}}
{{- $root := index . 0 }}{{ $process := index . 1 }}
{{- $settings := merge (dict "HTTP_ADDRESS" "0.0.0.0:8000" "WATCH_ADDRESS" "0.0.0.0:9000" "TOKEN_KEYS" (printf "/etc/motcua/%s" $root.Values.tokenKeys.key)) (default dict $process.own.settings) $root.Values.settings }}
{{- if include "motcua.hasPages" (list $root $process) }}
{{- with $root.Values.pages.host }}{{ $settings = set $settings "PUBLIC_URL" (printf "https://%s" .) }}{{ end }}
{{- if $root.Values.pages.signIn }}
{{- $settings = merge $settings (dict "SESSION_KEYS" "/etc/motcua-sign-in/session-keys.json" "IDENTITY_PROVIDERS" "/etc/motcua-sign-in/identity-providers.json") }}
{{- end }}
{{- end }}
{{- $vault := include "motcua.vault" (list $root $process) | fromJson }}
{{- if $vault.secret }}
{{- $settings = merge $settings (dict "VAULT_KEYS" (printf "/etc/motcua-vault/%s" $vault.key)) }}
{{- end }}
{{- if has $process.service (list "documents" "intake") }}
{{- $settings = set $settings "LARGEST_UPLOAD" (include "motcua.largestUpload" $root) }}
{{- end }}
{{- if $process.agency }}{{ $settings = set $settings "AGENCY" $process.agency }}{{ end }}
{{- if $process.hosted }}{{ $settings = unset $settings "HTTP_ADDRESS" }}{{ end }}
{{- include "motcua.certificateFile" $root }}
{{- range $name, $text := $settings }}
{{- if eq (toString $text) "" }}
{{- fail (printf "services.%s.settings.%s is empty: set it (docs/settings.md says what it means)" $process.service $name) }}
{{- end }}
- name: {{ $name }}
  value: {{ ternary (int64 $text) $text (kindIs "float64" $text) | toString | quote }}
{{- end }}
{{- if $process.hosted }}
- name: HOSTED
  value: /etc/motcua-desks
{{- else }}
{{- range $key := concat (list "AMQP_URL" "MONGO_URL") (default list $process.own.secretKeys) }}
{{- if not (hasKey $settings $key) }}
- name: {{ $key }}
  valueFrom: { secretKeyRef: { name: {{ $process.secret }}, key: {{ $key }} } }
{{- end }}
{{- end }}
- name: BROKER_API_URL
  valueFrom: { secretKeyRef: { name: {{ $process.secret }}, key: BROKER_API_URL, optional: true } }
{{- end }}
{{- end }}

{{/* What is each desk's own: a folder for each, with a file for each of its settings. */}}
{{- define "motcua.desksVolume" -}}
- name: desks
  projected:
    sources:
      {{- range .hosted }}
      - secret:
          name: {{ .secret }}
          items: [{ key: AMQP_URL, path: {{ .agency }}/AMQP_URL }, { key: MONGO_URL, path: {{ .agency }}/MONGO_URL }]
      - secret:
          name: {{ .secret }}
          items: [{ key: BROKER_API_URL, path: {{ .agency }}/BROKER_API_URL }]
          optional: true
      {{- end }}
      - configMap:
          name: {{ .name }}
          items:
            {{- range .hosted }}
            - { key: {{ .agency }}, path: {{ .agency }}/HTTP_ADDRESS }
            {{- end }}
{{- end }}
