#!/usr/bin/env bats
# The launcher itself: what it finds, what it says, what it keeps apart.
bats_require_minimum_version 1.5.0

setup() {
    root=$(cd "$BATS_TEST_DIRNAME/../../../.." && pwd)
    launcher=$root/needletail
}

@test "prints help with every verb and examples on standard output" {
    run --separate-stderr "$launcher" help
    [ "$status" -eq 0 ]
    for verb in demo test start client stat errors config media-driver check jitter bench codecs version help; do
        [[ "$output" == *"needletail $verb"* ]]
    done
    [[ "$output" == *Examples:* ]]
}

@test "shows help without arguments" {
    run "$launcher"
    [ "$status" -eq 0 ]
    [[ "$output" == *"needletail start"* ]]
}

@test "ends with 2 and the help on an unknown verb" {
    run --separate-stderr "$launcher" frobnicate
    [ "$status" -eq 2 ]
    [ -z "$output" ]
    [[ "$stderr" == *"no verb is named frobnicate"* ]]
}

@test "ends with 2 on wrong usage of test" {
    run "$launcher" test --nonsense
    [ "$status" -eq 2 ]
    run "$launcher" test --only
    [ "$status" -eq 2 ]
    run "$launcher" test --help
    [ "$status" -eq 0 ]
    [[ "$output" == *"--long"* ]]
}

@test "starts within two seconds when nothing is stale" {
    begin=$(date +%s%N)
    run --separate-stderr "$launcher" version
    end=$(date +%s%N)
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ $(((end - begin) / 1000000)) -lt 2000 ]
}

@test "works from any folder and through a link" {
    ln -s "$launcher" "$BATS_TEST_TMPDIR/nt"
    cd /
    run "$BATS_TEST_TMPDIR/nt" version
    [ "$status" -eq 0 ]
    [[ "$output" == *"needletail 0.1.0"* ]]
}

@test "says exactly what to install when there is no JDK 25" {
    cp -r "$root/.mvn" "$root/.ci" "$root/needletail" "$BATS_TEST_TMPDIR/"
    mkdir "$BATS_TEST_TMPDIR/bin"
    for tool in bash dirname readlink sed mkdir cat id; do
        ln -s "$(command -v $tool)" "$BATS_TEST_TMPDIR/bin/$tool"
    done
    sed -i 's|/usr/lib/jvm/|/nowhere/|g' "$BATS_TEST_TMPDIR/needletail"
    run env -u JAVA_HOME PATH="$BATS_TEST_TMPDIR/bin" "$BATS_TEST_TMPDIR/needletail" version
    [ "$status" -eq 1 ]
    [[ "$output" == *"openjdk-25-jdk-headless"* ]]
    [[ "$output" == *JAVA_HOME* ]]
}

@test "refuses a Maven whose digest is not the one it knows" {
    archive=$BATS_TEST_TMPDIR/org/apache/maven/apache-maven/3.9.16
    mkdir -p "$archive"
    echo nonsense >"$archive/apache-maven-3.9.16-bin.tar.gz"
    mkdir "$BATS_TEST_TMPDIR/bin"
    printf '#!/bin/sh\necho 1000\n' >"$BATS_TEST_TMPDIR/bin/id" # nobody who could install a package instead
    chmod +x "$BATS_TEST_TMPDIR/bin/id"
    run env PATH="$BATS_TEST_TMPDIR/bin:$PATH" NEEDLETAIL_MAVEN_HOME="$BATS_TEST_TMPDIR/kept" \
        MVNW_REPOURL="file://$BATS_TEST_TMPDIR" "$root/.mvn/mvnw" -v
    [ "$status" -eq 1 ]
    [[ "$output" == *"SHA-512 differs"* ]]
    [ ! -e "$BATS_TEST_TMPDIR/kept/apache-maven-3.9.16" ]
}

@test "builds no kernel for this machine alone" {
    run grep -nE -- "-(march|mtune|mcpu)=" "$root/needletail"
    [ "$status" -eq 1 ]
}

@test "names nothing of where it was written" {
    # the pattern is put together so that this line does not match itself
    run grep -rnIE "/wo""rk/|repo\.mav""en|deb\.deb""ian|registry\.np""m" "$root" \
        --exclude-dir=.git --exclude-dir=target
    [ "$status" -eq 1 ]
}
