package io.needletail.server.inspect;

import io.needletail.memory.MappedFile;
import io.needletail.registry.LiveHeader;
import io.needletail.registry.SlotLook;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RedoLayout;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.RegionState;
import io.needletail.registry.view.SlabLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongConsumer;

/** Looks at a region's file: what its header says, where its log stands, and every slot. Also while its shard runs. */
public final class RegionInspection implements AutoCloseable {
    private static final int MOST_FAULTS = 10;
    private static final String[] MODES = {"unused", "gating", "lossy"};

    private final MappedFile file;
    private final RegionHeader header;
    private final LiveHeader live;
    private final SlotLook look;

    private RegionInspection(MappedFile file) {
        this.file = file;
        header = RegionHeader.of(file.segment());
        live = new LiveHeader(file.segment().address());
        look = new SlotLook(file.segment());
    }

    /** @throws IOException when the file is not a whole region, with what is wrong and what to do */
    public static RegionInspection open(Path path) throws IOException {
        MappedFile file = MappedFile.openReadOnly(path);
        RegionFault fault = RegionHeader.validate(file.segment());
        if (fault != RegionFault.NONE) {
            file.close();
            throw new IOException(path + ": " + fault.what() + "; " + fault.remedy());
        }
        return new RegionInspection(file);
    }

    /** What the header and the live lines say. */
    public Facts header() {
        RegionSizing sizing = header.sizing();
        return new Facts()
                .put("file", file.path())
                .put("bytes", file.lengthBytes())
                .put("format", RegionLayout.FORMAT)
                .put("shard", header.shard())
                .put("dataSet", String.format("%016x%016x", header.dataSetIdHigh(), header.dataSetIdLow()))
                .put("state", RegionState.name(live.state()))
                .put("epoch", live.epoch())
                .put("engineTime", time(live.engineTimeNs()))
                .put("keyedSlots", sizing.keyedSlots())
                .put("anonymousSlots", sizing.anonymousSlots())
                .put("maxKeyLength", sizing.maxKeyLength())
                .put("maxValueLength", sizing.maxValueLength())
                .put("ringBytes", sizing.ringLength())
                .put("appliedPosition", live.appliedPosition())
                .put("journaledSequence", live.reached(Level.JOURNALED))
                .put("syncedSequence", live.reached(Level.SYNCED))
                .put("persistentSequence", live.reached(Level.PERSISTENT))
                .put("persistentMemory", persistentMemory())
                .put("consumer", consumers());
    }

    /** As the newer copy of the redo line says, which a region outside persistent memory has not. */
    private String persistentMemory() {
        long first = file.segment().address() + RegionLayout.REDO_OFFSET;
        long second = first + RegionLayout.LIVE_LINE_LENGTH;
        boolean isSecond = Loads.getLongAcquire(second) > Loads.getLongAcquire(first);
        long newer = isSecond ? second : first;
        if (Loads.getLongAcquire(newer) == 0) {
            return "none";
        }
        return Loads.getLongAcquire(newer + RedoLayout.KIND_OFFSET) == RedoLayout.ON_DAX
                ? "on DAX"
                : "EMULATED: no loss of power is survived";
    }

    /** Ns since 1970 as people read it. */
    public static String time(long ns) {
        return Instant.ofEpochSecond(0, ns).toString();
    }

    private List<Facts> consumers() {
        List<Facts> consumers = new ArrayList<>();
        for (int i = 0; i < RegionLayout.MAX_CONSUMERS; i++) {
            long mode = Loads.getLongAcquire(live.consumerAddress(i) + Long.BYTES);
            if (mode > 0 && mode < MODES.length) {
                long position = Loads.getLongAcquire(live.consumerAddress(i));
                consumers.add(new Facts()
                        .put("index", i)
                        .put("mode", MODES[(int) mode])
                        .put("position", position)
                        .put("behindBytes", live.appliedPosition() - position));
            }
        }
        return consumers;
    }

    /** Every slot, checked; {@code progress} is told of bytes. */
    public Facts slots(LongConsumer progress) {
        Map<SlotLook.Finding, Long> counts = new EnumMap<>(SlotLook.Finding.class);
        Arrays.stream(SlotLook.Finding.values()).forEach(finding -> counts.put(finding, 0L));
        long[] blocks = new long[SlabLayout.CLASSES];
        List<Facts> faults = new ArrayList<>();
        long newest = 0;
        for (long slot = 0; slot < look.slots(); slot++) {
            SlotLook.Finding finding = look.at(slot);
            counts.merge(finding, 1L, Long::sum);
            newest = Math.max(newest, look.version());
            look.addBlocks(blocks);
            if (isFault(finding) && faults.size() < MOST_FAULTS) {
                faults.add(new Facts().put("slot", slot).put("what", finding));
            }
            progress.accept(slot * RegionLayout.BUCKET_LENGTH);
        }
        Facts facts = new Facts();
        counts.forEach((finding, count) -> facts.put(nameOf(finding), count));
        return facts.put("newestVersion", newest)
                .put("slabBlocks", blocks(blocks))
                .put("fault", faults);
    }

    private static String nameOf(SlotLook.Finding finding) {
        return switch (finding) {
            case FREE -> "free";
            case ABSENT -> "absent";
            case VALUE -> "values";
            case BEING_WRITTEN -> "beingWritten";
            case SLOT_DAMAGED -> "slotsDamaged";
            case KEY_DAMAGED -> "keysDamaged";
            case BLOCK_DAMAGED -> "blocksDamaged";
        };
    }

    static boolean isFault(SlotLook.Finding finding) {
        return finding.compareTo(SlotLook.Finding.BEING_WRITTEN) > 0;
    }

    private Facts blocks(long[] inUse) {
        Facts facts = new Facts();
        long[] all = header.sizing().slabBlocks();
        for (int i = 0; i < inUse.length; i++) {
            if (all[i] > 0) {
                facts.put(SlabLayout.blockLength(i) + " bytes", inUse[i] + " of " + all[i]);
            }
        }
        return facts;
    }

    /**
     * The slot that has a key, looked for in all of them; null when none has.
     *
     * @param text how a value is shown
     */
    public Facts find(byte[] key, Function<byte[], String> text) {
        for (long slot = 0; slot < header.sizing().keyedSlots(); slot++) {
            SlotLook.Finding finding = look.at(slot);
            if (look.key() != null && Arrays.equals(look.key(), key)) {
                return new Facts()
                        .put("slot", slot)
                        .put("handle", String.format("0x%016x", look.handle()))
                        .put("version", look.version())
                        .put("what", finding)
                        .put("deadline", look.deadlineNs() == 0 ? null : time(look.deadlineNs()))
                        .put("value", look.value() == null ? null : text.apply(look.value()));
            }
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
