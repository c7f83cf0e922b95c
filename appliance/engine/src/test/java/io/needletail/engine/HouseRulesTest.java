package io.needletail.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.needletail.testing.PureCode;
import org.junit.jupiter.api.Test;

class HouseRulesTest {
    @Test
    void shouldCallNoClockNoRandomnessNoIoAndNoThreads() {
        JavaClasses engine = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.needletail.engine");
        assertThat(engine.size()).isGreaterThan(8);
        PureCode.RULE.check(engine);
    }
}
