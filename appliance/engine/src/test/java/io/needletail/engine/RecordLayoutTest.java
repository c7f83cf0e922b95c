package io.needletail.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.protocol.record.MutationDecoder;
import io.needletail.protocol.record.Operation;
import io.needletail.protocol.record.RecordFlagsDecoder;
import io.needletail.registry.view.RecordLayout;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RecordLayoutTest {
    @Test
    void shouldStandWhereTheSchemaPutsEveryField() {
        assertThat(MutationDecoder.BLOCK_LENGTH).isEqualTo(RecordLayout.LINE_LENGTH);
        assertThat(MutationDecoder.slotEncodingOffset()).isEqualTo(RecordLayout.HEADER_OFFSET);
        assertThat(MutationDecoder.linesEncodingOffset()).isEqualTo(4);
        assertThat(MutationDecoder.operationEncodingOffset()).isEqualTo(6);
        assertThat(MutationDecoder.flagsEncodingOffset()).isEqualTo(7);
        assertThat(MutationDecoder.versionEncodingOffset()).isEqualTo(RecordLayout.VERSION_OFFSET);
        assertThat(MutationDecoder.checksumEncodingOffset()).isEqualTo(RecordLayout.SEAL_OFFSET);
        assertThat(MutationDecoder.wordEncodingOffset()).isEqualTo(RecordLayout.SEAL_OFFSET + 4);
        assertThat(MutationDecoder.timeNsEncodingOffset()).isEqualTo(RecordLayout.TIME_OFFSET);
        assertThat(MutationDecoder.value0EncodingOffset()).isEqualTo(RecordLayout.VALUE_OFFSET);
        assertThat(MutationDecoder.value1EncodingOffset()).isEqualTo(RecordLayout.VALUE_OFFSET + 8);
        assertThat(MutationDecoder.originEncodingOffset()).isEqualTo(RecordLayout.ORIGIN_OFFSET);
        assertThat(MutationDecoder.chainEncodingOffset()).isEqualTo(RecordLayout.CHAIN_OFFSET);
    }

    @Test
    void shouldPackTheHeaderAsTheSchemaDecodesIt() {
        long header = RecordLayout.header(0xFEDC_BA98L, 0x1234, RecordLayout.DELETE, RecordLayout.KEY);
        assertThat(RecordLayout.slot(header)).isEqualTo(0xFEDC_BA98L);
        assertThat(RecordLayout.lines(header)).isEqualTo(0x1234);
        assertThat(RecordLayout.operation(header)).isEqualTo(Operation.DELETE.value());
        assertThat(RecordLayout.flags(header)).isEqualTo(1 << 2);
    }

    @Test
    void shouldNumberOperationsAndFlagsAsTheSchemaDoes() {
        assertThat(RecordLayout.INSERT).isEqualTo(Operation.INSERT.value());
        assertThat(RecordLayout.UPDATE).isEqualTo(Operation.UPDATE.value());
        assertThat(RecordLayout.ALLOCATE).isEqualTo(Operation.ALLOCATE.value());
        assertThat(RecordLayout.FREE).isEqualTo(Operation.FREE.value());
        assertThat(RecordLayout.PAD).isEqualTo(Operation.PAD.value());
        assertThat(decode(RecordLayout.GROUP_FIRST).groupFirst()).isTrue();
        assertThat(decode(RecordLayout.GROUP_LAST).groupLast()).isTrue();
        assertThat(decode(RecordLayout.KEY).key()).isTrue();
        assertThat(decode(RecordLayout.VALUE_BYTES).valueBytes()).isTrue();
    }

    private static RecordFlagsDecoder decode(int flags) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[] {(byte) flags});
        return new RecordFlagsDecoder().wrap(buffer, 0);
    }
}
