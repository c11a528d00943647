# `make` lists the helpers.
.PHONY: help check
help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

check: ## all that CI runs
	go vet ./...
	go test ./...
