# The one entry point, for people and for CI. `make` alone lists what there is.

CARGO ?= cargo
# The build that starts soonest, and that the tests use too. `make release` makes the one to deploy and to measure.
BINARY := target/debug/tenantry
# Whose tests have targets that begin with fuzz_.
FUZZED := tenantry-test-fuzz tenantry-license tenantry-server tenantry-http

.DEFAULT_GOAL := help
.PHONY: build-tools help run demo release bench bench-rules test unit fuzz soak contract deploy-check deb fmt fmt-check lint arrows deny openapi rights doc-check tools clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build-tools ## build and start the service on the embedded SQLite database
	@echo "building the service; the first time takes a few minutes"
	@$(CARGO) build --locked -p tenantry-server
	@exec $(BINARY) serve

demo: build-tools ## a guided tour with real requests, against the running service
	@echo "building the tour"
	@$(CARGO) build --locked --quiet -p tenantry-server
	@$(CARGO) run --locked --quiet -p tenantry-tests --bin demo -- $(BINARY)

release: build-tools ## build the optimized binary, target/release/tenantry
	$(CARGO) build --release --locked -p tenantry-server

bench: tools release ## measure the service against pgbench and SQLite alone (QUICK=1 for a look, ONLY=hot,reads, PUBLISH=1 into docs/)
	$(CARGO) build --release --locked -p tenantry-bench
	@target/release/tenantry-bench compare $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY)) $(if $(PUBLISH),--out docs)

bench-rules: ## measure the rules alone, without a database
	$(CARGO) bench --locked -p tenantry-domain --bench rules

test: tools fmt-check lint arrows deny unit contract deploy-check doc-check ## everything that CI runs

unit: ## all tests, from the rules to the real binary
	$(CARGO) build --locked -p tenantry-server
	$(CARGO) test --locked --workspace

fuzz: ## damage what every parser reads, other than before, for so long (SECONDS=600)
	@end=$$(($$(date +%s) + $(or $(SECONDS),600))); \
	while [ $$(date +%s) -lt $$end ]; do \
		$(CARGO) test --locked --quiet $(FUZZED:%=-p %) fuzz_ || exit 1; \
	done

soak: release ## ask for everything that the service can do, for long, and see what breaks or grows (MINUTES=30 RATE=200)
	$(CARGO) build --release --locked -p tenantry-bench
	@target/release/tenantry-bench soak --duration $(or $(MINUTES),30)m --rate $(or $(RATE),200)

contract: ## hold the OpenAPI document and the live service against one another (SEED=2 for other requests)
	$(CARGO) build --locked -p tenantry-server
	@tests/openapi/run

deploy-check: ## hold the image, the compose file, the chart, the unit and the package against public tools
	$(CARGO) build --locked -p tenantry-server
	@deploy/check.sh

deb: build-tools ## make the Debian package, under target/debian
	@deploy/build-deb.sh

fmt: ## format the code
	$(CARGO) fmt --all

fmt-check:
	$(CARGO) fmt --all --check

lint: ## clippy, with warnings as errors
	$(CARGO) clippy --locked --workspace --all-targets -- --deny warnings

arrows: ## prove which crate may see which
	@tests/arrows.sh

deny: ## licences, bans, sources and advisories of all dependencies, as far as they can be checked here
	@deploy/check-dependencies.sh

openapi: ## write docs/openapi.json anew
	$(CARGO) run --locked --quiet -p tenantry-server -- openapi > docs/openapi.json.new
	@mv docs/openapi.json.new docs/openapi.json

rights: ## write the table of rights in docs/rules.md anew
	WRITE_DOCS=1 $(CARGO) test --locked --quiet -p tenantry-domain --test model rights_table

doc-check:
	RUSTDOCFLAGS="--deny warnings" $(CARGO) doc --locked --workspace --no-deps --quiet

tools: ## install what is missing to build and test: a C compiler, make, perl; PostgreSQL, pgbouncer, libfaketime, openssl, curl, Python, Node
	@deploy/check-tools.sh tests

build-tools:
	@deploy/check-tools.sh

clean: ## remove what was built; the data under data/ stays
	$(CARGO) clean
