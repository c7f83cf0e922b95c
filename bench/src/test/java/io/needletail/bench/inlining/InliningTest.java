package io.needletail.bench.inlining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.bench.process.LauncherRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hot methods are inlined, and the check that says so notices when they are not. */
class InliningTest {
    private static final List<String> LOG = List.of(
            "    968 1282       3       a.B::run (115 bytes)",
            "                              @ 32   a.B::hot (77 bytes)   failed to inline: too cold",
            "    980 1477       4       a.B::run (95 bytes)",
            "                              @ 32   a.B::hot (77 bytes)   inline (hot)",
            "               !                @ 1   a.B::refused (6 bytes)   inline (hot)",
            "                                @ 9   a.B::refused (6 bytes)   failed to inline: hot method too big",
            "    990 1478       4       a.C::other (95 bytes)",
            "                              @ 2   a.C::leaf (7 bytes)   accessor");

    @TempDir
    private Path folder;

    @Test
    void shouldFindTheHotMethodsOfThisTreeInlined() throws Exception {
        LauncherRun run = LauncherRun.of("bench", "inlining");
        assertThat(run.code()).as(run.output()).isZero();
        assertThat(run.output()).contains("embedded.put", "session.shard", "session.client");
    }

    @Test
    void shouldTakeTheLastCompilationOfTheCaller() {
        InliningLog log = InliningLog.of(LOG);
        assertThat(log.fault("a.B::hot")).isEmpty();
        assertThat(log.fault("a.C::leaf")).isEmpty();
    }

    @Test
    void shouldSayWhyAMethodWasRefusedAtOneOfItsCalls() {
        assertThat(InliningLog.of(LOG).fault("a.B::refused"))
                .hasValue("a.B::refused: failed to inline: hot method too big");
    }

    /** Which of two it is depends on the machine; that one must be inlined, and neither may be renamed unnoticed. */
    @Test
    void shouldTakeTheMethodThatThisMachineCallsInAnothersPlace() throws IOException {
        assertThat(InliningLog.of(LOG).fault("a.B::nowhere or ::hot")).isEmpty();
        assertThat(InliningLog.of(LOG).fault("a.B::nowhere or ::refused")).isPresent();
        assertThat(InliningLog.of(LOG).fault("a.B::nowhere or ::neither")).isPresent();
        Path file = folder.resolve("renamed.txt");
        Files.writeString(file, "[one]\n" + InliningLog.class.getName() + "::fault or ::renamed\n");
        assertThatThrownBy(() -> HotMethods.read(file)).hasMessageContaining("were they renamed?");
    }

    @Test
    void shouldNotForgetARefusalForACallerThatIsCompiledLater() {
        List<String> log = new ArrayList<>(LOG);
        log.add("   1000 1479       4       a.D::elsewhere (9 bytes)");
        log.add("                              @ 3   a.B::refused (6 bytes)   inline (hot)");
        assertThat(InliningLog.of(log).fault("a.B::refused")).isPresent();
    }

    @Test
    void shouldNotMindASeldomCallOfWhatIsInlinedWhereItIsOften() {
        List<String> log = new ArrayList<>(LOG);
        log.add("   1000 1479       4       a.D::elsewhere (9 bytes)");
        log.add("                              @ 3   a.B::hot (77 bytes)   failed to inline: too big");
        log.add("                              @ 9   a.D::nowhere (77 bytes)   failed to inline: too big");
        assertThat(InliningLog.of(log).fault("a.B::hot")).isEmpty();
        assertThat(InliningLog.of(log).fault("a.D::nowhere")).isPresent();
    }

    @Test
    void shouldForgetACallerThatALaterOneTookIn() {
        List<String> log = new ArrayList<>(LOG);
        log.add("   1000 1479       4       a.D::around (9 bytes)");
        log.add("                              @ 3   a.B::run (95 bytes)   inline (hot)");
        log.add("                                @ 1   a.B::refused (6 bytes)   inline (hot)");
        assertThat(InliningLog.of(log).fault("a.B::refused")).isEmpty();
    }

    @Test
    void shouldLetALargeMethodStandAloneWhereTheListSaysSo() {
        InliningLog log = InliningLog.of(
                List.of(
                        "    980 1477       4       a.B::run (95 bytes)",
                        "                              @ 32   a.B::large (77 bytes)   failed to inline: already compiled into a big method"));
        assertThat(log.fault("a.B::large")).isPresent();
        assertThat(log.fault("a.B::large or alone")).isEmpty();
    }

    @Test
    void shouldMissAMethodThatWasRenamed() {
        assertThat(InliningLog.of(LOG).fault("a.B::hotter"))
                .hasValueSatisfying(fault -> assertThat(fault).contains("a.B::hotter", "renamed"));
        String notCalled = InliningLog.class.getName() + "::fault";
        assertThat(InliningLog.of(LOG).fault(notCalled))
                .hasValueSatisfying(
                        fault -> assertThat(fault).contains("never saw a call").doesNotContain("renamed"));
    }

    @Test
    void shouldListEveryMethodUnderASubject() throws IOException {
        assertThat(HotMethods.read(HotMethods.file()))
                .containsKeys("embedded.get", "embedded.getByKey", "embedded.put", "session.shard")
                .allSatisfy(
                        (subject, methods) -> assertThat(methods).as(subject).isNotEmpty());
    }

    @Test
    void shouldRefuseAListWithTheLineThatIsWrong() throws IOException {
        Path file = Files.writeString(folder.resolve("list"), "# fine\n[a]\nnot a method\n");
        assertThatThrownBy(() -> HotMethods.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("list:3");
    }
}
