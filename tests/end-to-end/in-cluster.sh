#!/usr/bin/env bash
# Installs the webhook's image into the kind cluster "selfheal" that KUBECONFIG names, as an owner would, and takes it away from under it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

selfheal() { dotnet run --project gitops-bot --configuration Release -- "$@"; }
refused() {
  if answer=$("$@" 2>&1); then
    echo "was not refused: $*" >&2
    return 1
  fi
  grep -F 'selfheal' <<< "$answer"
}

docker build --file webhook/Dockerfile --tag selfheal-webhook:e2e .
kind load docker-image selfheal-webhook:e2e --name selfheal
selfheal manifests --image selfheal-webhook:e2e | kubectl apply --filename -
kubectl --namespace selfheal rollout status deployment/selfheal-webhook --timeout 180s

# The leader sets caBundle and rules once a replica is ready.
for _ in $(seq 60); do
  [[ -n $(kubectl get validatingwebhookconfiguration selfheal-webhook --output 'jsonpath={.webhooks[0].rules}') ]] && break
  sleep 1
done
selfheal doctor

kubectl create namespace shop
refused kubectl --namespace shop create --filename examples/shop/deployment.yaml
kubectl --namespace selfheal rollout restart deployment/selfheal-webhook
kubectl --namespace selfheal rollout status deployment/selfheal-webhook --timeout 180s
refused kubectl --namespace shop create --filename examples/shop/deployment.yaml

selfheal breakglass --ttl 30m --reason 'end-to-end test'
kubectl --namespace selfheal scale deployment/selfheal-webhook --replicas 0
kubectl --namespace selfheal wait --for=delete pod --selector app.kubernetes.io/name=selfheal-webhook --timeout 120s
kubectl --namespace kube-system create configmap probe
kubectl --namespace kube-system delete configmap probe
kubectl create clusterrole probe --verb get --resource pods
kubectl delete clusterrole probe
kubectl --namespace kube-node-lease get leases
