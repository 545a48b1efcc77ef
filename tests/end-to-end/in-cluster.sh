#!/usr/bin/env bash
# Installs the webhook's image into the cluster that KUBECONFIG names, as an owner would, takes it away from under it, and removes it.
# Without SELFHEAL_E2E_IMAGE, an image that the nodes have already, it builds one and loads it into the kind cluster "selfheal".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

image=${SELFHEAL_E2E_IMAGE:-selfheal-webhook:e2e}
work=$(mktemp --directory)
trap 'kill $(jobs -p) 2> /dev/null || true; rm -rf "$work"' EXIT

fail() { echo "failed: $*" >&2; exit 1; }
rules() { kubectl get validatingwebhookconfiguration,mutatingwebhookconfiguration selfheal-webhook --output 'jsonpath={.items[*].webhooks[*].rules[0].operations[0]}'; }
armed() { [[ $(rules | wc --words) -eq 4 ]]; }
disarmed() { [[ $(rules | wc --words) -eq 0 ]]; }
holder() { kubectl --namespace selfheal get lease selfheal-webhook --output 'jsonpath={.spec.holderIdentity}'; }
heartbeat() { kubectl --namespace kube-node-lease get leases --output 'jsonpath={.items[*].spec.renewTime}'; }
eventually() {
  for _ in $(seq 90); do
    if "$@"; then return; fi
    sleep 1
  done
  fail "not within 90 s: $*"
}

deployment() { # name, and true for a privileged one
  cat << EOF
apiVersion: apps/v1
kind: Deployment
metadata: {name: $1, namespace: shop}
spec:
  replicas: 0
  selector: {matchLabels: {app: $1}}
  template:
    metadata: {labels: {app: $1}}
    spec:
      securityContext: {runAsNonRoot: true, runAsUser: 10001, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: web
          image: registry.example.com/shop/web:v1.2.3
          resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {cpu: 100m, memory: 16Mi}}
          securityContext: {privileged: $2, allowPrivilegeEscalation: $2, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
EOF
}
dry() { deployment "$@" | kubectl create --dry-run=server --filename - 2>&1; }
admitted() { dry "$1" "$2" > "$work/answer"; }
refused() { ! admitted bad true && grep --quiet --fixed-strings 'denied the request: selfheal: Deployment shop/bad' "$work/answer"; }

# Good and bad ones all the while; what fails is written down.
load() {
  local count=0
  until [[ -e $work/stop ]]; do
    admitted good false || cat "$work/answer" >> "$work/failures"
    refused || cat "$work/answer" >> "$work/failures"
    count=$((count + 2))
  done
  echo "$count" > "$work/count"
}
under_load() {
  rm -f "$work/stop" "$work/count"
  : > "$work/failures"
  load &
  local pid=$!
  "$@"
  touch "$work/stop"
  wait "$pid"
  [[ ! -s $work/failures ]] || fail "under load: $* $(< "$work/failures")"
  echo "0 of $(< "$work/count") requests failed: $*"
}

restart() {
  kubectl --namespace selfheal rollout restart deployment/selfheal-webhook
  kubectl --namespace selfheal rollout status deployment/selfheal-webhook --timeout 180s
}

kill_leader() {
  local before
  before=$(holder)
  kubectl --namespace selfheal delete pod "${before%_*}" --force --grace-period 0
  others_lead() { [[ -n $(holder) && $(holder) != "$before" ]]; }
  eventually others_lead
  kubectl --namespace selfheal rollout status deployment/selfheal-webhook --timeout 180s
}

if [[ -z ${SELFHEAL_E2E_IMAGE:-} ]]; then
  # The base images have no host of their own: SDK_IMAGE and RUNTIME_IMAGE say whose they are.
  arguments=()
  for base in SDK_IMAGE RUNTIME_IMAGE; do
    [[ -z ${!base:-} ]] || arguments+=(--build-arg "$base=${!base}")
  done
  docker build --file webhook/Dockerfile --tag "$image" ${arguments[@]+"${arguments[@]}"} .
  kind load docker-image "$image" --name selfheal
fi
dotnet build gitops-bot --configuration Release --output "$work/bot" --verbosity quiet
selfheal() { "$work/bot/selfheal" "$@"; }

kubectl create namespace shop
selfheal manifests --image "$image" > "$work/selfheal.yaml"
kubectl apply --filename "$work/selfheal.yaml"
disarmed || fail 'there are rules before anybody can answer'
kubectl --namespace selfheal rollout status deployment/selfheal-webhook --timeout 180s
eventually armed
eventually refused
selfheal doctor

# An apply of the same leaves the leader's rules alone.
kubectl apply --filename "$work/selfheal.yaml"
armed || fail 'an apply takes the rules out'

under_load restart
kill_leader
refused || fail 'nothing is refused after the leader is gone'

# It is dead. What brings the cluster up goes on, and the doctor says what is wrong.
kubectl --namespace selfheal scale deployment/selfheal-webhook --replicas 0
kubectl --namespace selfheal wait --for=delete pod --selector app.kubernetes.io/name=selfheal-webhook --timeout 120s
! admitted good false || fail 'a dead webhook fails open'
kubectl --namespace kube-system create configmap probe
kubectl --namespace kube-system delete configmap probe
kubectl create clusterrole probe --verb get --resource pods
kubectl delete clusterrole probe
before=$(heartbeat)
beats() { [[ $(heartbeat) != "$before" ]]; }
eventually beats
if selfheal doctor > "$work/doctor"; then fail 'the doctor finds nothing wrong with a dead webhook'; fi
grep --fixed-strings 'no replica is ready' "$work/doctor"

# Set aside, everything goes in without it, and the leader is back before the time is over.
selfheal breakglass --ttl 30m --reason 'end-to-end test'
disarmed || fail 'there are rules after breakglass'
eventually admitted bad true
kubectl --namespace selfheal scale deployment/selfheal-webhook --replicas 3
kubectl --namespace selfheal rollout status deployment/selfheal-webhook --timeout 180s
disarmed || fail 'the leader arms before the time is over'
selfheal breakglass --end
eventually armed
eventually refused

# In the order that docs/install.md gives, nothing is refused for want of an answer.
kubectl delete validatingwebhookconfiguration,mutatingwebhookconfiguration selfheal-webhook
kubectl delete --filename "$work/selfheal.yaml" --ignore-not-found
eventually admitted bad true
kubectl delete namespace shop
