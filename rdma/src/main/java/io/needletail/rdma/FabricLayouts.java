package io.needletail.rdma;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** The structures that the C shim fills, as the C compiler lays them out; a test compares them. */
final class FabricLayouts {
    static final int TEXT = 64;
    static final int PATH = 256;

    /** {@code struct nt_description}. */
    static final StructLayout DESCRIPTION = MemoryLayout.structLayout(
            text("provider", TEXT),
            text("fabric", TEXT),
            text("domain", TEXT),
            text("library", PATH),
            ValueLayout.JAVA_LONG.withName("inject_length"),
            ValueLayout.JAVA_LONG.withName("most_length"),
            ValueLayout.JAVA_LONG.withName("most_parts"),
            ValueLayout.JAVA_INT.withName("registration_mode"),
            ValueLayout.JAVA_INT.withName("version"),
            ValueLayout.JAVA_INT.withName("progress_by_target"),
            ValueLayout.JAVA_INT.withName("key_length"));

    /** {@code struct nt_completion}. */
    static final StructLayout COMPLETION = MemoryLayout.structLayout(
            ValueLayout.JAVA_LONG.withName("context"),
            ValueLayout.JAVA_INT.withName("operation"),
            ValueLayout.JAVA_INT.withName("error"));

    /** {@code struct nt_region_place}. */
    static final StructLayout REGION_PLACE =
            MemoryLayout.structLayout(ValueLayout.JAVA_LONG.withName("address"), ValueLayout.JAVA_LONG.withName("key"));

    /** {@code struct nt_read_part}. */
    static final StructLayout READ_PART = MemoryLayout.structLayout(
            ValueLayout.JAVA_LONG.withName("into"),
            ValueLayout.JAVA_LONG.withName("from"),
            ValueLayout.JAVA_LONG.withName("length"));

    private FabricLayouts() {}

    private static MemoryLayout text(String name, int length) {
        return MemoryLayout.sequenceLayout(length, ValueLayout.JAVA_BYTE).withName(name);
    }

    static long offset(StructLayout layout, String member) {
        return layout.byteOffset(PathElement.groupElement(member));
    }
}
