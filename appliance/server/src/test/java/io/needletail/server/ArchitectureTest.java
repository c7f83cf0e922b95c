package io.needletail.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.needletail.pmem.PersistentMemory;
import io.needletail.rdma.LibFabric;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The arrows of ARCHITECTURE.md, read from bytecode. */
@Tag("beside-others")
class ArchitectureTest {
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.needletail");

    @Test
    void shouldSeeTheWholeHouse() {
        for (String part : new String[] {
            "registry", "registry.view", "engine", "journal", "replication", "client", "server", "memory", "protocol"
        }) {
            assertThat(HOUSE.containPackage("io.needletail." + part)).as(part).isTrue();
        }
    }

    @Test
    void shouldKeepRegistryAndEngineFreeOfTransportAndLibraries() {
        classes()
                .that()
                .resideInAPackage("io.needletail.registry..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.needletail.registry..",
                        "java.lang..",
                        "java.nio",
                        "java.nio.charset",
                        "java.util",
                        "java.util.zip",
                        "jdk.incubator.vector")
                .check(HOUSE);
        classes()
                .that()
                .resideInAPackage("io.needletail.engine..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "io.needletail.engine..",
                                "io.needletail.registry..",
                                "java.lang..",
                                "java.nio.charset",
                                "java.util.function")
                        .or(equivalentTo(PersistentMemory.class))) // the interface, of which there is a simulated twin
                .check(HOUSE);
    }

    @Test
    void shouldKeepTheJournalFreeOfSessionsAndTransport() {
        noClasses()
                .that()
                .resideInAPackage("io.needletail.journal..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.needletail.server..", "io.needletail.client..", "io.needletail.protocol..", "io.aeron..")
                .check(HOUSE);
    }

    @Test
    void shouldKeepMirrorsFreeOfSessionsTransportAndLibfabricItself() {
        noClasses()
                .that()
                .resideInAPackage("io.needletail.replication..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "io.needletail.server..",
                                "io.needletail.client..",
                                "io.needletail.journal..",
                                "io.needletail.protocol..",
                                "io.aeron..")
                        .or(equivalentTo(LibFabric.class))) // the interface, of which there is a simulated twin
                .check(HOUSE);
    }

    @Test
    void shouldLetTheClientSeeOnlyTheReadOnlyPartOfTheRegistry() {
        noClasses()
                .that()
                .resideInAPackage("io.needletail.client..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.needletail.registry",
                        "io.needletail.engine..",
                        "io.needletail.server..",
                        "io.aeron.driver..")
                .check(HOUSE);
    }

    @Test
    void shouldKeepTheReadOnlyPartFreeOfTheOwnersPart() {
        noClasses()
                .that()
                .resideInAPackage("io.needletail.registry.view..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.needletail.registry")
                .check(HOUSE);
    }

    /** It allocates, it neither forces nor checks: it writes the audit trail, in a process of its own, and nothing else. */
    @Test
    void shouldKeepChronicleOutOfTheAppliance() {
        noClasses()
                .that()
                .resideInAPackage("io.needletail..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("net.openhft.chronicle..")
                .check(HOUSE);
    }

    @Test
    void shouldUseNoUnsafeOfOurOwn() {
        noClasses()
                .that()
                .resideInAPackage("io.needletail..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(".*\\.misc\\.Unsafe|.*UnsafeApi")
                .check(HOUSE);
    }
}
