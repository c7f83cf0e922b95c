# shellcheck shell=bash
# The launcher's verb `test`: every runner, then the proofs, then one closing line. Sourced by ./needletail, whose
# variables (home, dist, jdk, maven, flags) it uses.
# shellcheck disable=SC2154

passed=0
failed=0
skipped=0

tally() { # tally PASSED FAILED SKIPPED
    passed=$((passed + $1))
    failed=$((failed + $2))
    skipped=$((skipped + $3))
}

test_usage() {
    cat <<'TEXT'
needletail test [--long] [--only NAME]
  --long        the full counts of every proof (hours), instead of the quick ones (minutes)
  --only NAME   only the test classes whose names begin with NAME
Examples:
  ./needletail test
  ./needletail test --only Directory
  ./needletail test --long --only TornRead
Closes with 'N passed, N failed, N skipped'; exit 0 when nothing failed, else 1.
TEXT
}

run_shell_check() {
    if ! command -v shellcheck >/dev/null 2>&1; then
        install_packages "shellcheck checks the shell scripts" shellcheck
    fi
    if ! command -v shellcheck >/dev/null 2>&1; then
        say "skipped: shellcheck is missing"
        tally 0 0 1
    elif (cd "$home" && shellcheck needletail && shellcheck .ci/run .ci/test.sh .mvn/mvnw) >&2; then
        tally 1 0 0
    else
        say "FAILED: shellcheck"
        tally 0 1 0
    fi
}

run_bats() {
    local output ok not_ok skip
    if ! command -v bats >/dev/null 2>&1; then
        install_packages "bats runs the launcher's tests" bats
    fi
    if ! command -v bats >/dev/null 2>&1; then
        say "skipped: bats is missing"
        tally 0 0 1
        return 0
    fi
    output=$home/target/bats.log
    say "launcher tests"
    bats --tap "$home"/bench/src/test/shell/*.bats >"$output" 2>&1 || true
    skip=$(grep -c '^ok .*# skip' "$output" || true)
    ok=$(grep -c '^ok ' "$output" || true)
    not_ok=$(grep -c '^not ok ' "$output" || true)
    if [ "$ok" = 0 ] && [ "$not_ok" = 0 ]; then
        not_ok=1
    fi
    [ "$not_ok" = 0 ] || grep -v '^ok ' "$output" >&2
    tally $((ok - skip)) "$not_ok" "$skip"
}

attribute() { sed -n "s/.*<testsuite [^>]*$1=\"\([0-9]*\)\".*/\1/p" "$2" | head -1; }

tally_reports() {
    local report tests errors failures skips
    while IFS= read -r report; do
        tests=$(tr '\n' ' ' <"$report" | sed 's/<testcase.*//' >"$report.head"; attribute tests "$report.head")
        errors=$(attribute errors "$report.head")
        failures=$(attribute failures "$report.head")
        skips=$(attribute skipped "$report.head")
        rm -f "$report.head"
        tally $((tests - errors - failures - skips)) $((errors + failures)) "$skips"
        if [ $((errors + failures)) -gt 0 ]; then
            say "FAILED: $(basename "$report" .xml | sed 's/^TEST-//')"
            grep -hE '<testcase|<failure|<error|^.at io\.needletail.*Test\.java' "$report" \
                | grep -B1 -A2 -E '<failure|<error' | cut -c1-400 >&2 # with the line of the test that it happened in
        fi
    done < <(find "$home" -path '*/target/surefire-reports/TEST-*.xml' -newer "$home/target/test.begun")
}

# Runs Maven's tests in a process of its own JVM flags; shows modules and failures while it works.
run_java_tests() {
    local flags="${common_flags[*]} ${vector_flags[*]} ${chronicle_flags[*]} -ea -Xmx2g" log=$home/target/test.log
    local arguments=(-Dmaven.test.failure.ignore=true "-DargLine=$flags -Dneedletail.proofs=$proofs -Dneedletail.long=$long_mode")
    [ "$long_mode" = false ] || arguments+=(-Dtest.timeout=170m) # of one test: full counts take their time
    [ -z "$only" ] || arguments+=("-Dtest=$only*" -Dsurefire.failIfNoSpecifiedTests=false)
    locate_maven
    if ! run_maven "$log" "${arguments[@]}" verify; then
        grep -E '^\[ERROR\]' "$log" | head -30 >&2
        say "FAILED: Maven; see target/test.log"
        tally 0 1 0
    fi
}

print_proofs() {
    [ -s "$proofs" ] || return 0
    sort "$proofs"
    local bad
    bad=$(grep -vc ' ok$' "$proofs" || true)
    tally 0 "$bad" 0
}

run_tests() {
    local only='' long_mode=false proofs=$home/target/proofs
    while [ $# -gt 0 ]; do
        case $1 in
            --long) long_mode=true ;;
            --only) only=${2:-}; [ -n "$only" ] || die "--only needs a name" 2; shift ;;
            --help | -h) test_usage; exit 0 ;;
            *) test_usage >&2; die "test does not know $1" 2 ;;
        esac
        shift
    done
    build_if_stale
    touch "$home/target/test.begun"
    : >"$proofs"
    if [ -z "$only" ]; then
        run_shell_check
        run_bats
    fi
    run_java_tests
    tally_reports
    print_proofs
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
