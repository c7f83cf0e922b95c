package io.needletail.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What measures stands outside of what is measured. */
class BenchArchitectureTest {
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.needletail");

    @Test
    void shouldKeepTheAuditFreeOfTheAppliance() {
        assertThat(HOUSE.containPackage("io.needletail.tuning")).isTrue();
        classes()
                .that()
                .resideInAPackage("io.needletail.tuning..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.needletail.tuning..",
                        "io.needletail.memory..",
                        "java..",
                        "picocli..",
                        "com.fasterxml.jackson.core..",
                        "org.HdrHistogram..")
                .check(HOUSE);
    }

    @Test
    void shouldLetNothingOfTheProductSeeTheMeasurements() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.needletail.bench..", "io.needletail.demo..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.needletail.bench..", "io.needletail.demo..", "org.openjdk.jmh..")
                .check(HOUSE);
    }

    @Test
    void shouldShipNoPeerAndNoBenchmarkWithTheProduct() throws IOException {
        Path lib = Path.of(System.getProperty("needletail.home"), "target", "dist", "lib");
        try (var jars = Files.list(lib)) {
            assertThat(jars.map(jar -> jar.getFileName().toString()).toList())
                    .noneMatch(jar -> jar.matches("(jmh|chronicle|caffeine|needletail-bench).*"))
                    .anyMatch(jar -> jar.startsWith("needletail-tuning"))
                    .anyMatch(jar -> jar.startsWith("needletail-server"));
        }
    }
}
