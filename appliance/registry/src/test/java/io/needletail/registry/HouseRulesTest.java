package io.needletail.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.needletail.testing.PureCode;
import org.junit.jupiter.api.Test;

class HouseRulesTest {
    private final JavaClasses registry = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.needletail.registry");

    @Test
    void shouldCallNoClockNoRandomnessNoIoAndNoThreadsButInOwnerCheck() {
        assertThat(registry.size()).isGreaterThan(20);
        PureCode.RULE.check(registry);
    }

    @Test
    void shouldCatchAPlantedClockCall() {
        JavaClasses planted = new ClassFileImporter().importClasses(PureCode.PlantedClock.class);
        assertThatThrownBy(() -> PureCode.RULE.check(planted)).isInstanceOf(AssertionError.class);
    }
}
