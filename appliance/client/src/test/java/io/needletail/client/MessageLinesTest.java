package io.needletail.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.needletail.protocol.GetByHandleEncoder;
import io.needletail.protocol.GetByKeyEncoder;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.OutcomeEncoder;
import io.needletail.protocol.ResultEncoder;
import io.needletail.protocol.ShortValueEncoder;
import org.agrona.BitUtil;
import org.junit.jupiter.api.Test;

/** Cache lines that a get and its answer take in Aeron's log: what goes from one core to the other. */
class MessageLinesTest {
    private static final int LINE = 64;
    private static final int SHORT = 16;

    private static int lines(int body) {
        int frame = BitUtil.align(
                DataHeaderFlyweight.HEADER_LENGTH + MessageHeaderEncoder.ENCODED_LENGTH + body,
                FrameDescriptor.FRAME_ALIGNMENT);
        return (frame + LINE - 1) / LINE;
    }

    @Test
    void shouldBeOneThereAndOneBackByHandle() {
        assertThat(lines(GetByHandleEncoder.BLOCK_LENGTH)).isEqualTo(1);
        assertThat(lines(ShortValueEncoder.BLOCK_LENGTH)).isEqualTo(1);
        assertThat(lines(OutcomeEncoder.BLOCK_LENGTH)).as("without a value").isEqualTo(1);
    }

    @Test
    void shouldBeNoMoreThanTwoThereAndTwoBackByKey() {
        assertThat(lines(GetByKeyEncoder.BLOCK_LENGTH + GetByKeyEncoder.keyHeaderLength() + SHORT))
                .isLessThanOrEqualTo(2);
        assertThat(lines(ResultEncoder.BLOCK_LENGTH + ResultEncoder.valueHeaderLength() + SHORT))
                .isLessThanOrEqualTo(2);
    }
}
