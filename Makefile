# The human interface of the build; each verb says in a line what it does (make help).
#   CMAKE_FLAGS  more options for CMake, e.g. make CMAKE_FLAGS=-DGGML_CUDA=ON
#   JOBS         how many compilers and tests run at once (all cores by default)
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
CMAKE_FLAGS ?=
LAUNCHER := $(if $(shell command -v ccache 2>/dev/null),-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
CONFIGURE = cmake --log-level=STATUS $(LAUNCHER) $(CMAKE_FLAGS)
# ccache shares objects between checkouts and build folders.
export CCACHE_NOHASHDIR = 1
# cmake/tsan.supp says what tsan cannot see. Tests that fork make threads in the child.
export ASAN_OPTIONS ?= strict_string_checks=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS ?= print_stacktrace=1
export TSAN_OPTIONS ?= die_after_fork=0:suppressions=$(CURDIR)/cmake/tsan.supp

.PHONY: all demo test asan tsan format format-check tidy bench approve clean help setup
.DEFAULT_GOAL := all

all: setup ## build the program: build/release/assay
	@$(CONFIGURE) --preset release
	@cmake --build build/release -j $(JOBS)
	@echo "Built build/release/assay"

demo: all ## build, run the miniature suite on the reference model: table, needles, pass@k, what to try next
	@scripts/demo.sh build/release/assay

test: setup ## build with warnings as errors and run all tests
	@$(CONFIGURE) --preset dev
	@cmake --build build/dev -j $(JOBS)
	@ctest --test-dir build/dev --output-on-failure -j $(JOBS)

# Layers that the sanitizers go over, e.g. make asan ASAN_LAYERS=runtime
ASAN_LAYERS ?= base datasets scorers tasks runtime results
asan: setup ## run the unit tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(CONFIGURE) --preset asan
	@cmake --build build/asan -j $(JOBS) --target $(ASAN_LAYERS:%=%_test)
	@ctest --test-dir build/asan --output-on-failure -j $(JOBS) -L "^($$(echo $(ASAN_LAYERS) | tr ' ' '|'))$$"

# Those that ThreadSanitizer goes over. Loops of OpenMP, whose runtime is not instrumented either, run on one thread.
TSAN_LAYERS ?= scorers runtime
tsan: setup ## run the tests of the parallel layers under ThreadSanitizer
	@$(CONFIGURE) --preset tsan
	@cmake --build build/tsan -j $(JOBS) --target $(TSAN_LAYERS:%=%_test)
	@OMP_THREAD_LIMIT=1 ctest --test-dir build/tsan --output-on-failure -j $(JOBS) -L "^($$(echo $(TSAN_LAYERS) | tr ' ' '|'))$$"

format: setup-dev ## format the sources with clang-format 14
	@scripts/format.sh

format-check: setup-dev ## fail when a source is not formatted
	@scripts/format.sh --check

tidy: setup-dev ## run clang-tidy on the sources
	@$(CONFIGURE) --preset dev
	@cmake --build build/dev -j $(JOBS) --target assay_commit
	@scripts/tidy.sh build/dev

# BENCH_FLAGS  options of the throughput table, e.g. BENCH_FLAGS='--items 200 --keep'
bench: setup ## build and run the speed measurements of bench/, and the throughput table
	@$(CONFIGURE) --preset release -B build/bench -DASSAY_BENCH=ON
	@cmake --build build/bench -j $(JOBS) --target benchmarks assay
	@scripts/bench.sh build/bench $(BENCH_FLAGS)
	@for program in build/bench/bench/*_bench; do if [ -x $$program ]; then $$program || exit 1; fi; done

approve: setup ## take over changed texts that people read (tests/approval); the diff shows them
	@$(CONFIGURE) --preset dev
	@cmake --build build/dev -j $(JOBS) --target results_test
	@ASSAY_APPROVE=1 build/dev/results_test --gtest_filter='*Approved'

clean: ## remove all build folders (the engine's cache stays)
	@rm -rf build

setup:
	@scripts/setup.sh

.PHONY: setup-dev
setup-dev:
	@scripts/setup.sh --dev

help: ## show this
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22
