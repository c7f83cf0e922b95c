package io.needletail.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * The evolution rule: a field is appended to a block's end, a variable-length field behind a message's last (never
 * inside the entries of a group), both with sinceVersion. What an
 * older side wrote is read by a newer one, which finds the fields absent; what a newer side wrote is read by an older one, which
 * passes over what it does not know.
 */
class EvolutionTest {
    private static final byte[] KEY = "AAPL".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE = "17.5".getBytes(StandardCharsets.US_ASCII);

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
    private final byte[] bytes = new byte[16];

    @Test
    void shouldReadAnOlderPut() {
        new PutByKeyEncoder()
                .wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                .correlationId(5)
                .epoch(7)
                .putKey(KEY, 0, KEY.length)
                .putValue(VALUE, 0, VALUE.length);
        var header = new io.needletail.protocol.evolved.MessageHeaderDecoder();
        var newer = new io.needletail.protocol.evolved.PutByKeyDecoder().wrapAndApplyHeader(buffer, 0, header);
        assertThat(header.version()).isEqualTo(1);
        assertThat(newer.correlationId()).isEqualTo(5);
        assertThat(newer.priority()).isEqualTo(io.needletail.protocol.evolved.PutByKeyDecoder.priorityNullValue());
        assertThat(newer.getKey(bytes, 0, bytes.length)).isEqualTo(KEY.length);
        assertThat(newer.getValue(bytes, 0, bytes.length)).isEqualTo(VALUE.length);
        assertThat(bytes).startsWith(VALUE);
        assertThat(newer.noteLength()).as("a field that was not there").isZero();
    }

    @Test
    void shouldReadANewerPutAndPassOverWhatItDoesNotKnow() {
        new io.needletail.protocol.evolved.PutByKeyEncoder()
                .wrapAndApplyHeader(buffer, 0, new io.needletail.protocol.evolved.MessageHeaderEncoder())
                .correlationId(5)
                .epoch(7)
                .level((short) 2)
                .priority(9)
                .putKey(KEY, 0, KEY.length)
                .putValue(VALUE, 0, VALUE.length)
                .putNote(KEY, 0, KEY.length);
        MessageHeaderDecoder header = new MessageHeaderDecoder();
        PutByKeyDecoder older = new PutByKeyDecoder().wrapAndApplyHeader(buffer, 0, header);
        assertThat(header.version()).isEqualTo(2);
        assertThat(header.blockLength()).isEqualTo(PutByKeyDecoder.BLOCK_LENGTH + 2);
        assertThat(older.correlationId()).isEqualTo(5);
        assertThat(older.epoch()).isEqualTo(7);
        assertThat(older.level()).isEqualTo((short) 2);
        assertThat(older.getKey(bytes, 0, bytes.length)).isEqualTo(KEY.length);
        assertThat(bytes).startsWith(KEY);
        assertThat(older.getValue(bytes, 0, bytes.length)).isEqualTo(VALUE.length);
        assertThat(bytes).startsWith(VALUE);
    }

    @Test
    void shouldReadAnOlderResult() {
        new ResultEncoder()
                .wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                .correlationId(5)
                .version(6)
                .handle(7)
                .status(ResultStatus.OK)
                .putValue(VALUE, 0, VALUE.length);
        var newer = new io.needletail.protocol.evolved.ResultDecoder()
                .wrapAndApplyHeader(buffer, 0, new io.needletail.protocol.evolved.MessageHeaderDecoder());
        assertThat(newer.handle()).isEqualTo(7);
        assertThat(newer.tookNs()).isEqualTo(io.needletail.protocol.evolved.ResultDecoder.tookNsNullValue());
        assertThat(newer.getValue(bytes, 0, bytes.length)).isEqualTo(VALUE.length);
    }

    @Test
    void shouldReadANewerBatchResultWhoseEntriesAreLonger() {
        var result = new io.needletail.protocol.evolved.BatchResultEncoder()
                .wrapAndApplyHeader(buffer, 0, new io.needletail.protocol.evolved.MessageHeaderEncoder())
                .correlationId(5)
                .status(io.needletail.protocol.evolved.ResultStatus.OK);
        var entries = result.entriesCount(2);
        for (int i = 0; i < 2; i++) {
            entries.next()
                    .handle(10 + i)
                    .version(20 + i)
                    .status(io.needletail.protocol.evolved.ResultStatus.NOT_FOUND)
                    .timeNs(30)
                    .putValue(VALUE, 0, VALUE.length);
        }
        BatchResultDecoder older = new BatchResultDecoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderDecoder());
        BatchResultDecoder.EntriesDecoder read = older.entries();
        for (int i = 0; i < 2; i++) {
            read.next();
            assertThat(read.handle()).isEqualTo(10 + i);
            assertThat(read.version()).isEqualTo(20 + i);
            assertThat(read.status()).isEqualTo(ResultStatus.NOT_FOUND);
            assertThat(read.getValue(bytes, 0, bytes.length)).isEqualTo(VALUE.length);
        }
        assertThat(read.hasNext()).isFalse();
    }
}
