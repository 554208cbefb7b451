# The menu. `make` prints it; every step of CI is one target; long logic lives in infra/scripts.
.DEFAULT_GOAL := help
RUN_DIR := .run

.PHONY: help tools run clean-run demo test check chaos load e2e sqlx snap kit k8s

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

tools: ## Find nats-server and PostgreSQL, or install pinned builds into .run/tools
	@infra/scripts/fetch-tools.sh $(RUN_DIR)

run: tools ## Run the whole platform on this machine [CITY=folder]; Ctrl-C ends it, the data stay
	cargo build -p all-in-one
	target/debug/hotline run --run-dir $(RUN_DIR) $(if $(CITY),--city $(CITY))

clean-run: ## Forget the data of `make run`
	@infra/scripts/clean-run.sh $(RUN_DIR)

demo: ## Send the sample complaints through a running platform and show where each went
	cargo build -p all-in-one
	target/debug/hotline demo

test: tools ## Run every test, with real servers and foreign clients
	@infra/scripts/python-clients.sh $(RUN_DIR)
	@infra/scripts/node-clients.sh $(RUN_DIR)
	cargo build -p all-in-one
	cargo test --workspace --no-fail-fast

check: tools ## Format, lints, docs, generated files, dependencies: what CI says without running anything
	infra/scripts/check.sh

chaos: tools ## Kill every process and wipe the transport under load, then count (long)
	cargo build -p all-in-one
	HOTLINE_CHAOS=long cargo test -p system-tests --test chaos -- --nocapture

load: tools ## Measure beside the floor of this machine: lifecycles [OF=deliveries|backlog|dead-webhooks]
	infra/scripts/load.sh $(OF)

e2e: tools ## Run the journeys: one test per story, through public interfaces
	cargo test -p system-tests --test journeys

sqlx: tools ## Write services/*/.sqlx again after a change of SQL (see infra/scripts/sqlx-prepare.sh)
	infra/scripts/sqlx-prepare.sh

snap: ## Accept the contract snapshots as they are now; review the difference
	SNAP=write cargo test -p contracts --test frozen

kit: tools ## Write the documents of infra/unit-kit again after a change of what units send or hear
	SNAP=write cargo test -p unit-gateway --test it kit::

k8s: ## Kubernetes manifests: not written yet, see k8s/README.md
	@cat k8s/README.md
