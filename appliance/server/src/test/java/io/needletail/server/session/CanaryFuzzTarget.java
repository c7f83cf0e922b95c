package io.needletail.server.session;

import io.needletail.protocol.BatchDecoder;
import org.agrona.concurrent.UnsafeBuffer;

/** Fuzz target with a planted bug behind several checks: a fuzzer that does not find it does not fuzz. */
public final class CanaryFuzzTarget {
    private CanaryFuzzTarget() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Frame frame = new Frame();
        boolean whole = frame.copyFrom(new UnsafeBuffer(data), 0, data.length)
                && FrameValidator.validate(frame) == FrameFault.NONE;
        if (whole && frame.templateId == BatchDecoder.TEMPLATE_ID && isPlanted(frame)) {
            throw new IllegalStateException("planted: a resolve of three entries that makes them");
        }
    }

    private static boolean isPlanted(Frame frame) {
        int entries = frame.buffer().getShort(8 + frame.blockLength + 2);
        return frame.buffer().getByte(8 + 16) == 2 && entries == 3;
    }
}
