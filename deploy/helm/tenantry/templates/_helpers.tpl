{{- define "tenantry.name" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- /* What finds the objects of this release, processes and migrations alike. */ -}}
{{- define "tenantry.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "tenantry.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "tenantry.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "tenantry.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "tenantry.name" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "tenantry.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ default $.Chart.AppVersion .tag }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "tenantry.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "tenantry.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "tenantry.files" -}}
- --config=/etc/tenantry/tenantry.toml
- --config=/run/secrets/tenantry/secrets.toml
{{- end -}}

{{- define "tenantry.env" -}}
- name: TENANTRY__HTTP__PORT
  value: "8080"
- name: TENANTRY__DATABASE__MIGRATE_ON_START
  value: "false"
- name: TENANTRY__LOG__FORMAT
  value: json
{{- if not .Values.persistence.existingClaim }}
# Each process would have a key of its own.
- name: TENANTRY__AUTH__LOCAL_ISSUER
  value: "false"
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "tenantry.mounts" -}}
- name: config
  mountPath: /etc/tenantry
  readOnly: true
- name: secret
  mountPath: /run/secrets/tenantry
  readOnly: true
- name: data
  mountPath: /var/lib/tenantry
- name: tmp
  mountPath: /tmp
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* Takes a dict: root, and config, the name of a ConfigMap. */ -}}
{{- define "tenantry.volumes" -}}
- name: config
  configMap:
    name: {{ .config }}
- name: secret
  secret:
    secretName: {{ .root.Values.secret.name }}
    defaultMode: 0440
    items:
      - key: {{ .root.Values.secret.key }}
        path: secrets.toml
- name: data
  {{- if .root.Values.persistence.existingClaim }}
  persistentVolumeClaim:
    claimName: {{ .root.Values.persistence.existingClaim }}
  {{- else }}
  emptyDir: {}
  {{- end }}
- name: tmp
  emptyDir: {}
{{- with .root.Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "tenantry.probe" -}}
httpGet:
  path: {{ .path }}
  port: http
{{ toYaml .numbers }}
{{- end -}}
