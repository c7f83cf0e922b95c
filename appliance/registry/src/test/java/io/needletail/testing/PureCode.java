package io.needletail.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/**
 * What {@code registry} and {@code engine} may not call, read from their bytecode: clocks, randomness, IO, and of threads
 * everything but {@code Thread.currentThread()} in OwnerCheck.
 */
public final class PureCode {
    private static final Set<String> PURE_SYSTEM_CALLS = Set.of("arraycopy", "identityHashCode");
    private static final String[] BANNED_PREFIXES = {
        "java.io.",
        "java.net.",
        "java.nio.file.",
        "java.nio.channels.",
        "java.time.",
        "java.util.Random",
        "java.util.SplittableRandom",
        "java.util.random.",
        "java.util.UUID",
        "java.security.",
        "java.util.concurrent.",
        "java.util.Timer",
        "java.util.Locale",
        "java.lang.Process",
        "java.lang.Runtime",
        "java.lang.ThreadLocal"
    };

    public static final ArchRule RULE = noClasses().should().accessTargetWhere(isBanned());

    private PureCode() {}

    private static DescribedPredicate<JavaAccess<?>> isBanned() {
        return DescribedPredicate.describe("a clock, randomness, IO or a thread", PureCode::isBanned);
    }

    private static boolean isBanned(JavaAccess<?> access) {
        AccessTarget target = access.getTarget();
        String owner = target.getOwner().getFullName();
        if (owner.equals("java.lang.System")) {
            return !PURE_SYSTEM_CALLS.contains(target.getName());
        }
        if (owner.equals("java.lang.Thread")) {
            boolean ownerCheck = access.getOriginOwner().getSimpleName().equals("OwnerCheck");
            return !(ownerCheck && target.getName().equals("currentThread"));
        }
        if (owner.equals("java.lang.Math") && target.getName().equals("random")) {
            return true;
        }
        for (String prefix : BANNED_PREFIXES) {
            if (owner.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** The canary: the rule must refuse it. */
    public static final class PlantedClock {
        public long now() {
            return System.nanoTime();
        }
    }
}
