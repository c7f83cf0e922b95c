package io.needletail.server.session;

import io.needletail.protocol.AddByHandleDecoder;
import io.needletail.protocol.AddByKeyDecoder;
import io.needletail.protocol.AllocateDecoder;
import io.needletail.protocol.BatchDecoder;
import io.needletail.protocol.ClearByHandleDecoder;
import io.needletail.protocol.ClearByKeyDecoder;
import io.needletail.protocol.CloseDecoder;
import io.needletail.protocol.ConnectDecoder;
import io.needletail.protocol.DeleteByHandleDecoder;
import io.needletail.protocol.DeleteByKeyDecoder;
import io.needletail.protocol.GetAtLevelDecoder;
import io.needletail.protocol.GetByHandleDecoder;
import io.needletail.protocol.GetByHandlesDecoder;
import io.needletail.protocol.GetByKeyDecoder;
import io.needletail.protocol.GroupDecoder;
import io.needletail.protocol.InsertDecoder;
import io.needletail.protocol.KeepAliveDecoder;
import io.needletail.protocol.MessageHeaderDecoder;
import io.needletail.protocol.PutByHandleDecoder;
import io.needletail.protocol.PutByKeyDecoder;
import io.needletail.protocol.PutForByHandleDecoder;
import io.needletail.protocol.PutForByKeyDecoder;
import io.needletail.protocol.PutIfByHandleDecoder;
import io.needletail.protocol.PutIfByKeyDecoder;
import io.needletail.protocol.ResolveDecoder;
import io.needletail.protocol.RevalidateDecoder;
import io.needletail.protocol.ScanDecoder;
import io.needletail.protocol.TouchByHandleDecoder;
import io.needletail.protocol.TouchByKeyDecoder;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Level;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The structural check of every request, before any field is used: SBE decoders trust lengths, so nobody else may. Total:
 * any bytes of any length give exactly one {@link FrameFault}, nothing is allocated and nothing thrown. A newer client may
 * have a longer block and further fields behind the ones known here; both are passed over.
 */
public final class FrameValidator {
    private static final int HEADER = MessageHeaderDecoder.ENCODED_LENGTH;
    private static final int LENGTH_FIELD = 2;
    private static final int TEMPLATES = 80;
    private static final int NOT_A_REQUEST = -1;
    private static final int NO_ENTRIES = -1;
    private static final int NO_LEVEL = -1;
    /** An entry of a group has a key and a value. */
    private static final int FIELDS_OF_ENTRY = 2;

    private static final int ENTRIES_HEADER = 4;

    /** Block length by template id, or {@link #NOT_A_REQUEST}. */
    private static final int[] BLOCK_LENGTHS = new int[TEMPLATES];
    /** How many variable-length fields follow; the first is the key, unless {@link #isValueOnly} says otherwise. */
    private static final int[] VARIABLE_FIELDS = new int[TEMPLATES];

    /** Block length of the entries of the template's group, or {@link #NO_ENTRIES}. */
    private static final int[] ENTRY_LENGTHS = new int[TEMPLATES];

    /** Where a change says its level, in its block; or {@link #NO_LEVEL}. */
    private static final int[] LEVEL_OFFSETS = new int[TEMPLATES];

    static {
        java.util.Arrays.fill(LEVEL_OFFSETS, NO_LEVEL);
        java.util.Arrays.fill(BLOCK_LENGTHS, NOT_A_REQUEST);
        java.util.Arrays.fill(ENTRY_LENGTHS, NO_ENTRIES);
        ENTRY_LENGTHS[BatchDecoder.TEMPLATE_ID] = BatchDecoder.EntriesDecoder.sbeBlockLength();
        ENTRY_LENGTHS[GroupDecoder.TEMPLATE_ID] = GroupDecoder.EntriesDecoder.sbeBlockLength();
        ENTRY_LENGTHS[GetByHandlesDecoder.TEMPLATE_ID] = GetByHandlesDecoder.EntriesDecoder.sbeBlockLength();
        declare(GetByHandlesDecoder.TEMPLATE_ID, GetByHandlesDecoder.BLOCK_LENGTH, 0);
        declareChange(BatchDecoder.TEMPLATE_ID, BatchDecoder.BLOCK_LENGTH, 0, BatchDecoder.levelEncodingOffset());
        declareChange(GroupDecoder.TEMPLATE_ID, GroupDecoder.BLOCK_LENGTH, 0, GroupDecoder.levelEncodingOffset());
        declare(GetAtLevelDecoder.TEMPLATE_ID, GetAtLevelDecoder.BLOCK_LENGTH, 0);
        declare(ConnectDecoder.TEMPLATE_ID, ConnectDecoder.BLOCK_LENGTH, 1);
        declare(KeepAliveDecoder.TEMPLATE_ID, KeepAliveDecoder.BLOCK_LENGTH, 0);
        declare(CloseDecoder.TEMPLATE_ID, CloseDecoder.BLOCK_LENGTH, 1);
        declareChange(ResolveDecoder.TEMPLATE_ID, ResolveDecoder.BLOCK_LENGTH, 1, ResolveDecoder.levelEncodingOffset());
        declare(GetByHandleDecoder.TEMPLATE_ID, GetByHandleDecoder.BLOCK_LENGTH, 0);
        declare(GetByKeyDecoder.TEMPLATE_ID, GetByKeyDecoder.BLOCK_LENGTH, 1);
        declareChange(
                PutByHandleDecoder.TEMPLATE_ID,
                PutByHandleDecoder.BLOCK_LENGTH,
                1,
                PutByHandleDecoder.levelEncodingOffset());
        declareChange(
                PutByKeyDecoder.TEMPLATE_ID, PutByKeyDecoder.BLOCK_LENGTH, 2, PutByKeyDecoder.levelEncodingOffset());
        declareChange(InsertDecoder.TEMPLATE_ID, InsertDecoder.BLOCK_LENGTH, 2, InsertDecoder.levelEncodingOffset());
        declareChange(
                DeleteByHandleDecoder.TEMPLATE_ID,
                DeleteByHandleDecoder.BLOCK_LENGTH,
                0,
                DeleteByHandleDecoder.levelEncodingOffset());
        declareChange(
                DeleteByKeyDecoder.TEMPLATE_ID,
                DeleteByKeyDecoder.BLOCK_LENGTH,
                1,
                DeleteByKeyDecoder.levelEncodingOffset());
        declare(ScanDecoder.TEMPLATE_ID, ScanDecoder.BLOCK_LENGTH, 1);
        declare(RevalidateDecoder.TEMPLATE_ID, RevalidateDecoder.BLOCK_LENGTH, 1);
        declareChange(
                PutIfByHandleDecoder.TEMPLATE_ID,
                PutIfByHandleDecoder.BLOCK_LENGTH,
                1,
                PutIfByHandleDecoder.levelEncodingOffset());
        declareChange(
                PutIfByKeyDecoder.TEMPLATE_ID,
                PutIfByKeyDecoder.BLOCK_LENGTH,
                2,
                PutIfByKeyDecoder.levelEncodingOffset());
        declareChange(
                AddByHandleDecoder.TEMPLATE_ID,
                AddByHandleDecoder.BLOCK_LENGTH,
                0,
                AddByHandleDecoder.levelEncodingOffset());
        declareChange(
                AddByKeyDecoder.TEMPLATE_ID, AddByKeyDecoder.BLOCK_LENGTH, 1, AddByKeyDecoder.levelEncodingOffset());
        declareChange(
                ClearByHandleDecoder.TEMPLATE_ID,
                ClearByHandleDecoder.BLOCK_LENGTH,
                0,
                ClearByHandleDecoder.levelEncodingOffset());
        declareChange(
                ClearByKeyDecoder.TEMPLATE_ID,
                ClearByKeyDecoder.BLOCK_LENGTH,
                1,
                ClearByKeyDecoder.levelEncodingOffset());
        declareChange(
                PutForByHandleDecoder.TEMPLATE_ID,
                PutForByHandleDecoder.BLOCK_LENGTH,
                1,
                PutForByHandleDecoder.levelEncodingOffset());
        declareChange(
                PutForByKeyDecoder.TEMPLATE_ID,
                PutForByKeyDecoder.BLOCK_LENGTH,
                2,
                PutForByKeyDecoder.levelEncodingOffset());
        declareChange(
                TouchByHandleDecoder.TEMPLATE_ID,
                TouchByHandleDecoder.BLOCK_LENGTH,
                0,
                TouchByHandleDecoder.levelEncodingOffset());
        declareChange(
                AllocateDecoder.TEMPLATE_ID, AllocateDecoder.BLOCK_LENGTH, 0, AllocateDecoder.levelEncodingOffset());
        declareChange(
                TouchByKeyDecoder.TEMPLATE_ID,
                TouchByKeyDecoder.BLOCK_LENGTH,
                1,
                TouchByKeyDecoder.levelEncodingOffset());
    }

    private FrameValidator() {}

    private static void declareChange(int templateId, int blockLength, int variableFields, int levelOffset) {
        declare(templateId, blockLength, variableFields);
        LEVEL_OFFSETS[templateId] = levelOffset;
    }

    private static void declare(int templateId, int blockLength, int variableFields) {
        BLOCK_LENGTHS[templateId] = blockLength;
        VARIABLE_FIELDS[templateId] = variableFields;
    }

    /** Validates the frame and notes where its fields stand. */
    public static FrameFault validate(Frame frame) {
        UnsafeBuffer buffer = frame.buffer();
        if (frame.length() < HEADER) {
            return FrameFault.TOO_SHORT;
        }
        frame.blockLength = unsigned(buffer, 0);
        frame.templateId = unsigned(buffer, 2);
        frame.version = unsigned(buffer, 6);
        if (unsigned(buffer, 4) != MessageHeaderDecoder.SCHEMA_ID) {
            return FrameFault.FOREIGN_SCHEMA;
        }
        if (frame.version < 1) {
            return FrameFault.VERSION;
        }
        if (frame.templateId >= TEMPLATES || BLOCK_LENGTHS[frame.templateId] == NOT_A_REQUEST) {
            return FrameFault.UNKNOWN_TEMPLATE;
        }
        return validateBlock(frame);
    }

    private static FrameFault validateBlock(Frame frame) {
        int expected = BLOCK_LENGTHS[frame.templateId];
        boolean newer = frame.version > MessageHeaderDecoder.SCHEMA_VERSION;
        if (frame.blockLength < expected || (frame.blockLength > expected && !newer)) {
            return FrameFault.BLOCK_LENGTH;
        }
        if (HEADER + frame.blockLength > frame.length()) {
            return FrameFault.TOO_SHORT;
        }
        if (!isEnumerationKnown(frame) || !takeLevel(frame)) {
            return FrameFault.ENUM_VALUE;
        }
        return ENTRY_LENGTHS[frame.templateId] == NO_ENTRIES
                ? validateVariableFields(frame, newer)
                : validateEntries(frame, newer);
    }

    private static boolean takeLevel(Frame frame) {
        int offset = LEVEL_OFFSETS[frame.templateId];
        if (offset == NO_LEVEL) {
            frame.level = Level.MEMORY;
            return true;
        }
        frame.level = frame.buffer().getByte(HEADER + offset) & 0xFF;
        return Level.isLevel(frame.level);
    }

    private static boolean isEnumerationKnown(Frame frame) {
        UnsafeBuffer buffer = frame.buffer();
        return switch (frame.templateId) {
            case ResolveDecoder.TEMPLATE_ID -> isBelow(buffer, HEADER + ResolveDecoder.createEncodingOffset(), 2);
            case BatchDecoder.TEMPLATE_ID -> isBelow(buffer, HEADER + BatchDecoder.operationEncodingOffset(), 4);
            default -> true;
        };
    }

    private static boolean isBelow(UnsafeBuffer buffer, int offset, int limit) {
        return (buffer.getByte(offset) & 0xFF) < limit;
    }

    /** The group that ends a batch's message: its header, then entries of a block, and in most a key and a value each. */
    private static FrameFault validateEntries(Frame frame, boolean newer) {
        int at = HEADER + frame.blockLength;
        if (at + ENTRIES_HEADER > frame.length()) {
            return FrameFault.TOO_SHORT;
        }
        frame.keyOffset = at;
        frame.keyLength = 0;
        frame.valueOffset = at;
        frame.valueLength = 0;
        int expected = ENTRY_LENGTHS[frame.templateId];
        int entryLength = unsigned(frame.buffer(), at);
        int entries = unsigned(frame.buffer(), at + 2);
        if (entryLength < expected || (entryLength > expected && !newer)) {
            return FrameFault.ENTRY_LENGTH;
        }
        if (entries == 0 || entries > Batch.MAX_LENGTH) {
            return FrameFault.ENTRY_COUNT;
        }
        at += ENTRIES_HEADER;
        if (frame.templateId == GetByHandlesDecoder.TEMPLATE_ID) {
            return validateEnd(frame, at + entries * entryLength, newer);
        }
        for (int i = 0; i < entries; i++) {
            if (frame.templateId == GroupDecoder.TEMPLATE_ID && !isGroupOperationKnown(frame, at)) {
                return FrameFault.ENUM_VALUE;
            }
            at = behindEntry(frame, at + entryLength);
            if (at < 0) {
                return FrameFault.VARIABLE_LENGTH;
            }
        }
        return validateEnd(frame, at, newer);
    }

    private static FrameFault validateEnd(Frame frame, int end, boolean newer) {
        if (end > frame.length()) {
            return FrameFault.TOO_SHORT;
        }
        return end < frame.length() && !newer ? FrameFault.TRAILING_BYTES : FrameFault.NONE;
    }

    private static boolean isGroupOperationKnown(Frame frame, int entry) {
        int offset = entry + GroupDecoder.EntriesDecoder.operationEncodingOffset();
        return offset >= frame.length()
                || isBelow(frame.buffer(), offset, Group.OPERATIONS); // too short is another fault
    }

    /** The offset behind an entry's variable-length fields, or -1. */
    private static int behindEntry(Frame frame, int fields) {
        int at = fields;
        for (int field = 0; field < FIELDS_OF_ENTRY; field++) {
            if (at + LENGTH_FIELD > frame.length()) {
                return -1;
            }
            at += LENGTH_FIELD + unsigned(frame.buffer(), at);
        }
        return at <= frame.length() ? at : -1;
    }

    private static FrameFault validateVariableFields(Frame frame, boolean newer) {
        int at = HEADER + frame.blockLength;
        frame.keyOffset = at;
        frame.keyLength = 0;
        frame.valueOffset = at;
        frame.valueLength = 0;
        for (int field = 0; field < VARIABLE_FIELDS[frame.templateId]; field++) {
            if (at + LENGTH_FIELD > frame.length()) {
                return FrameFault.VARIABLE_LENGTH;
            }
            int length = unsigned(frame.buffer(), at);
            at += LENGTH_FIELD;
            if (at + length > frame.length()) {
                return FrameFault.VARIABLE_LENGTH;
            }
            note(frame, field, at, length);
            at += length;
        }
        return validateEnd(frame, at, newer);
    }

    private static void note(Frame frame, int field, int offset, int length) {
        if (field == 1 || isValueOnly(frame.templateId)) {
            frame.valueOffset = offset;
            frame.valueLength = length;
        } else {
            frame.keyOffset = offset;
            frame.keyLength = length;
        }
    }

    private static boolean isValueOnly(int templateId) {
        return templateId == PutByHandleDecoder.TEMPLATE_ID
                || templateId == PutIfByHandleDecoder.TEMPLATE_ID
                || templateId == PutForByHandleDecoder.TEMPLATE_ID;
    }

    private static int unsigned(UnsafeBuffer buffer, int offset) {
        return buffer.getShort(offset, java.nio.ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
    }
}
