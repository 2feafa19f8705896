# Two commands do everything on a fresh machine: make chat, make test.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

# Tools that look at what is installed, in a place of their own so that they are no part of it: cyclonedx-bom and
# pip-audit (Apache-2.0), uv (MIT or Apache-2.0).
AUDIT = $(VENV)-audit
AUDITORS = cyclonedx-bom==7.5.0 pip-audit==2.10.1 uv==0.13.9
# torch has its own wheels at each place that pip may take it from (with CUDA, without), and what CUDA needs
# with them: constraints.txt pins its version, no hash can.
UNLOCKED = torch triton cuda-bindings cuda-pathfinder cuda-toolkit nvidia-cublas nvidia-cuda-cupti \
  nvidia-cuda-nvrtc nvidia-cuda-runtime nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile nvidia-curand \
  nvidia-cusolver nvidia-cusparse nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvjitlink nvidia-nvshmem-cu13 \
  nvidia-nvtx

.PHONY: chat test lint types benchmark peers torture endurance sbom audit lock clean

chat: $(VENV)/.installed  ## set up, index the seeds, open the page
	$(BIN)/qa chat

# What is compiled is kept, whatever the surroundings say: otherwise each process, and each that its tests start,
# compiles it anew.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.installed  ## set up, then lint, types, tests and browser tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses 3 --dist loadfile --max-worker-restart 0

lint: $(VENV)/.installed
	$(BIN)/ruff check .

types: $(VENV)/.installed
	$(BIN)/mypy

benchmark: $(VENV)/.installed  ## the figures in the README: needs ../shared/data/frus and half an hour
	$(BIN)/python -m benchmarks.archive work/archive --report work/report
	$(BIN)/python -m benchmarks.library

# txtai, Haystack and what they bring, in a place of their own: no part of what is tested.
PEERS = $(VENV)-peers

$(PEERS)/.installed: benchmarks/peers.txt constraints.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e . -r benchmarks/peers.txt
	touch $@

peers: $(PEERS)/.installed  ## beside txtai, Haystack and a script, drawn into docs/: after make benchmark, two hours
	$(PEERS)/bin/python -m benchmarks.peers work/archive 1000 10000 26000 --json work/peers.json --plot docs/peers.svg

torture: $(VENV)/.installed  ## breaks libraries in many ways and prints the table of docs/reliability.md: a quarter of an hour
	$(BIN)/python -m benchmarks.torture

endurance: $(VENV)/.installed  ## ten minutes of adding, removing and asking: memory, files, disk, seconds
	$(BIN)/python -m benchmarks.endurance

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Ibid needs Python 3.11 or newer: make PYTHON=python3.12 chat")'
	$(PYTHON) -m venv $(VENV)
ifdef HASHES
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
else
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
endif
	touch $@

$(AUDIT)/.installed: Makefile
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check $(AUDITORS)
	touch $@

sbom: $(VENV)/.installed $(AUDIT)/.installed  ## what is installed, as CycloneDX JSON: work/sbom.cdx.json
	mkdir -p work
	$(AUDIT)/bin/cyclonedx-py environment --output-format JSON --spec-version 1.6 --pyproject pyproject.toml \
	  --output-file work/sbom.cdx.json $(BIN)/python

audit: $(VENV)/.installed $(AUDIT)/.installed  ## known weaknesses of what is installed; needs the network
	$(AUDIT)/bin/pip-audit --strict --skip-editable --path "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"

lock: $(AUDIT)/.installed  ## requirements*.lock anew: the pins of constraints.txt with the hashes of all their files
	printf 'hatchling\neditables\n' | $(AUDIT)/bin/uv pip compile --quiet pyproject.toml - --extra dev \
	  --constraints constraints.txt --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --no-emit-index-url $(addprefix --no-emit-package ,$(UNLOCKED)) --output-file requirements.lock
	printf 'ray\n' | $(AUDIT)/bin/uv pip compile --quiet - --constraints constraints.txt --universal \
	  --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url \
	  --output-file requirements-ray.lock

clean:
	rm -rf $(VENV) $(AUDIT) .mypy_cache .ruff_cache .pytest_cache
