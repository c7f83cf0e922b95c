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
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Fuzz target: any bytes as a session's frame, and as a chunk. What the validators call whole is read to its last byte, with the
 * decoders' bounds checks on: an exception is a finding.
 */
public final class FrameFuzzTarget {
    private static final int MAX_VALUE_LENGTH = 1 << 16;

    private FrameFuzzTarget() {}

    public static void fuzzerTestOneInput(byte[] data) {
        UnsafeBuffer buffer = new UnsafeBuffer(data);
        Frame frame = new Frame();
        if (frame.copyFrom(buffer, 0, data.length) && FrameValidator.validate(frame) == FrameFault.NONE) {
            readAll(frame);
        }
        BulkTransfer transfer = new BulkTransfer(MAX_VALUE_LENGTH);
        if (transfer.takeHead(buffer, 0, data.length) == FrameFault.NONE && !transfer.isTooLong()) {
            transfer.takeBytes(buffer, 0);
        }
    }

    /** Printing reads every field, group and variable length. */
    static String readAll(Frame frame) {
        UnsafeBuffer buffer = new UnsafeBuffer(frame.bytes(), 0, frame.length());
        MessageDecoderFlyweight decoder = decoderOf(frame.templateId);
        decoder.wrap(buffer, MessageHeaderDecoder.ENCODED_LENGTH, frame.blockLength, frame.version);
        return decoder instanceof CloseDecoder close ? close.text() : decoder.toString();
    }

    private static MessageDecoderFlyweight decoderOf(int templateId) {
        for (MessageDecoderFlyweight decoder : decoders()) {
            if (decoder.sbeTemplateId() == templateId) {
                return decoder;
            }
        }
        throw new IllegalStateException("a request without a decoder here: template=" + templateId);
    }

    private static List<MessageDecoderFlyweight> decoders() {
        return List.of(
                new ConnectDecoder(),
                new KeepAliveDecoder(),
                new CloseDecoder(),
                new ResolveDecoder(),
                new RevalidateDecoder(),
                new GetByHandleDecoder(),
                new GetByHandlesDecoder(),
                new GetAtLevelDecoder(),
                new GetByKeyDecoder(),
                new PutByHandleDecoder(),
                new PutByKeyDecoder(),
                new InsertDecoder(),
                new DeleteByHandleDecoder(),
                new DeleteByKeyDecoder(),
                new PutIfByHandleDecoder(),
                new PutIfByKeyDecoder(),
                new AddByHandleDecoder(),
                new AddByKeyDecoder(),
                new ClearByHandleDecoder(),
                new ClearByKeyDecoder(),
                new PutForByHandleDecoder(),
                new PutForByKeyDecoder(),
                new TouchByHandleDecoder(),
                new TouchByKeyDecoder(),
                new AllocateDecoder(),
                new ScanDecoder(),
                new BatchDecoder(),
                new GroupDecoder());
    }
}
