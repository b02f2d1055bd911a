# `make` alone says what there is to do, in the language of LANG.

.DEFAULT_GOAL := help
.NOTPARALLEL:
RUN := .venv/bin/python -m
MOTCUA := .venv/bin/motcua
READY := .venv/ready
LOCKED := base embedded installer dev
# Compiled modules are kept, whatever this machine says: the tests start hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=
FAST := tests/unit tests/contract tests/architecture
# Tests in several processes, as tests/conftest.py shares them out. Many only wait: a few more
# processes than cores keep the cores busy.
SIDE_BY_SIDE := --dist loadscope --no-loadscope-reorder --numprocesses

##@ Bắt đầu | Begin

.PHONY: help
help: ## Các lệnh ở đây | What there is to do
	@awk -v vi="$(if $(filter en%,$(LANG)),,1)" -F ' *\\| *' ' \
		function said(first) { return vi ? first : $$2 } \
		/^##@ /       { sub(/^##@ /, ""); printf "\n%s\n", said($$1) } \
		/^[a-z-]+:.*##/ { split($$1, part, /:.*## */); printf "  %-12s %s\n", part[1], said(part[2]) }' \
		$(MAKEFILE_LIST)

.PHONY: setup
setup: broker proxy wish-scanner environment ## Chuẩn bị máy: RabbitMQ, nginx, môi trường Python | Prepare this machine: RabbitMQ, nginx, Python environment

.PHONY: broker
broker:
	@.ci/prepare broker

.PHONY: wish-scanner
wish-scanner:
	@.ci/prepare wish-scanner

.PHONY: scanner
scanner:
	@.ci/prepare scanner

.PHONY: proxy
proxy:
	@.ci/prepare proxy

.PHONY: environment
environment: $(READY) ## Chỉ môi trường Python trong .venv | Only the Python environment in .venv

$(READY): requirements/dev.txt pyproject.toml
	@.ci/prepare environment
	@touch $@

.PHONY: demo
demo: setup ## Chuẩn bị, khởi động và đi hết một hành trình | Prepare, start, and go the whole journey
	$(MOTCUA) demo

##@ Chạy | Run

.PHONY: up
up: setup ## Khởi động cả nền tảng trên máy này | Start the whole platform on this machine
	$(MOTCUA) up

.PHONY: down
down: ## Dừng tất cả | Stop all of it
	$(MOTCUA) down

.PHONY: journey
journey: ## Đưa một hồ sơ qua nền tảng đang chạy | Take one dossier through the running platform
	$(MOTCUA) journey

##@ Một máy chủ với Docker | One server with Docker

.PHONY: env
env: ## Mật khẩu vào .env, phần đã có được giữ nguyên | Passwords into .env, which keeps what it has
	@$(or $(PYTHON),python3) deploy/compose/write_env.py

.PHONY: image
image: ## Dựng ảnh motcua:latest (BASE=…, IMAGE=…) | Build the image motcua:latest (BASE=…, IMAGE=…)
	DOCKER_BUILDKIT=1 docker build --tag $(or $(IMAGE),motcua:latest) $(if $(BASE),--build-arg BASE=$(BASE)) \
		--build-arg REVISION="$$(git rev-parse HEAD 2>/dev/null || echo unknown)" .

##@ Kiểm tra | Test

.PHONY: check
check: environment ## Định dạng, quy tắc, kiểu | Format, lint, types
	$(RUN) ruff format --check
	$(RUN) ruff check
	$(RUN) mypy

.PHONY: unit
unit: environment ## Kiểm thử nhanh, không cần máy chủ | The fast tests, which need no server
	$(RUN) pytest $(SIDE_BY_SIDE) $(or $(PROCESSES),auto) $(FAST)

.PHONY: watch
watch: environment ## Chạy lại phép thử khi lưu tệp (TESTS=…) | Tests again whenever a file is saved (TESTS=…)
	.venv/bin/ptw . $(or $(TESTS),$(FAST) $(SIDE_BY_SIDE) $(or $(PROCESSES),auto)) --last-failed

.PHONY: engine
engine:
	@.ci/prepare engine

.PHONY: compose-test
compose-test: environment engine ## docker-compose.yml chạy thật, từng phần được khởi động lại | docker-compose.yml for real, each part restarted
	MOTCUA_COMPOSE_TEST=must $(RUN) pytest tests/deploy/test_compose_up.py

.PHONY: test
test: setup scanner clock phones prometheus chromium javascript check ## Tất cả, hoặc TESTS=…; tự khởi động máy chủ | Everything, or TESTS=…; starts its servers by itself
	$(RUN) pytest $(SIDE_BY_SIDE) $(or $(PROCESSES),3) $(TESTS)

.PHONY: clock
clock:
	@.ci/prepare clock

.PHONY: phones
phones:
	@.ci/prepare phones

.PHONY: prometheus
prometheus:
	@.ci/prepare prometheus

.PHONY: chromium
chromium:
	@.ci/prepare chromium

.PHONY: javascript
javascript: environment
	@.ci/prepare javascript

.PHONY: test-trixie
test-trixie: ## Tất cả trên Debian 13, quyền root (một phần: ONLY=unit, TESTS=…) | Everything on Debian 13, as root (a part: ONLY=unit, TESTS=…)
	@.ci/trixie $(or $(ONLY),test)

.PHONY: bench
bench: setup ## Đo và so sánh, in thành bảng | Measure side by side, and print tables
	$(RUN) bench

##@ Bảo trì | Maintain

.PHONY: docs
docs: environment ## Viết lại tài liệu sinh từ mã | Write anew the documents that are made from code
	$(MOTCUA) docs

.PHONY: pictures
pictures: setup chromium ## Chụp lại các trang cho README | Photograph the pages for the README anew
	$(RUN) tests.pictures

.PHONY: lock
lock: environment ## Khóa lại thư viện (mới nhất: UPGRADE=1) | Lock the libraries anew (to the newest: UPGRADE=1)
	cd requirements && for each in $(LOCKED); do \
		../.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-strip-extras --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
			$(if $(UPGRADE),--upgrade) --output-file $$each.txt $$each.in || exit 1; \
	done

.PHONY: audit
audit: environment ## Tìm lỗ hổng đã biết (OSV_URL=… cho bản sao) | Known holes in libraries (OSV_URL=… for a mirror)
	.venv/bin/pip-audit $(if $(OSV_URL),--vulnerability-service osv --osv-url $(OSV_URL)) --strict --disable-pip --require-hashes -r requirements/base.txt

.PHONY: sbom
sbom: environment ## Danh mục phần mềm (CycloneDX) vào motcua.cdx.json | What is in it (CycloneDX), as motcua.cdx.json
	.venv/bin/cyclonedx-py requirements requirements/base.txt --pyproject pyproject.toml \
		--output-reproducible --of JSON -o motcua.cdx.json

.PHONY: clean
clean: ## Xóa môi trường và bộ nhớ đệm, giữ dữ liệu | Remove environment and caches, keep data
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage *.egg-info build
	find . -path ./.motcua -prune -o -name __pycache__ -prune -exec rm -rf {} +
