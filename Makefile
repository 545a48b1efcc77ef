.DEFAULT_GOAL := help
.PHONY: help build test golden bench bench-heal bench-webhook bench-servers detections demo publish clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

build: ## build everything
	dotnet build SelfHealGitOps.sln

test: ## run the tests
	dotnet test SelfHealGitOps.sln

golden: ## run the tests and rewrite what they expect; read the diff
	UPDATE_GOLDEN=1 dotnet test SelfHealGitOps.sln

bench: bench-servers ## measure, as ratios; CORPUS=folder names the files to measure over
	dotnet publish gitops-bot -c Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true -o artifacts/bench/selfheal
	dotnet publish tests/benchmarks/empty -c Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true -o artifacts/bench/empty
	dotnet run --project tests/benchmarks -c Release -- $(CORPUS)

bench-heal: ## measure passes over ten thousand manifests alone, as ratios to git clone and to reading the files once
	dotnet publish gitops-bot -c Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true -o artifacts/bench/selfheal
	dotnet run --project tests/benchmarks -c Release -- heal

bench-webhook: bench-servers ## measure the webhook alone, as ratios to a server that looks at nothing; LONG=1 for a million requests
	dotnet run --project tests/benchmarks -c Release -- webhook $(if $(LONG),--long)

bench-servers:
	dotnet publish webhook -c Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true -o artifacts/bench/webhook
	dotnet publish tests/benchmarks/floor -c Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true -o artifacts/bench/floor

detections: ## find and mend what another system detected in the corpora beside the checkout; print the table
	dotnet test tests/shared --filter FullyQualifiedName~PublishedDetection
	@cat artifacts/reports/published-detections.md

demo: ## heal the example shop on the local forge
	dotnet run --project gitops-bot -c Release -- heal --repo examples/shop --state artifacts/heal

publish: ## build the command into artifacts/selfheal, compiled ahead of its first run
	dotnet publish gitops-bot -c Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true -o artifacts/selfheal

clean: ## remove what was built
	rm -rf artifacts
