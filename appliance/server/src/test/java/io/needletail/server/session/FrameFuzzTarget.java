package io.needletail.server.session;

import io.needletail.protocol.AddByKeyDecoder;
import io.needletail.protocol.BatchDecoder;
import io.needletail.protocol.CloseDecoder;
import io.needletail.protocol.ConnectDecoder;
import io.needletail.protocol.GroupDecoder;
import io.needletail.protocol.InsertDecoder;
import io.needletail.protocol.MessageHeaderDecoder;
import io.needletail.protocol.PutByHandleDecoder;
import io.needletail.protocol.PutByKeyDecoder;
import io.needletail.protocol.PutForByKeyDecoder;
import io.needletail.protocol.PutIfByHandleDecoder;
import io.needletail.protocol.ResolveDecoder;
import io.needletail.protocol.ScanDecoder;
import org.agrona.concurrent.UnsafeBuffer;

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
        if (transfer.takeHead(buffer, 0, data.length) == FrameFault.NONE) {
            transfer.takeBytes(buffer, 0);
        }
    }

    /** Printing reads every field, group and variable length. */
    static String readAll(Frame frame) {
        UnsafeBuffer buffer = new UnsafeBuffer(frame.bytes(), 0, frame.length());
        MessageHeaderDecoder header = new MessageHeaderDecoder();
        return switch (frame.templateId) {
            case ConnectDecoder.TEMPLATE_ID ->
                new ConnectDecoder().wrapAndApplyHeader(buffer, 0, header).toString();
            case CloseDecoder.TEMPLATE_ID ->
                ""
                        + new CloseDecoder()
                                .wrapAndApplyHeader(buffer, 0, header)
                                .text()
                                .length();
            case ResolveDecoder.TEMPLATE_ID ->
                new ResolveDecoder().wrapAndApplyHeader(buffer, 0, header).toString();
            case PutByHandleDecoder.TEMPLATE_ID ->
                new PutByHandleDecoder().wrapAndApplyHeader(buffer, 0, header).toString();
            case PutByKeyDecoder.TEMPLATE_ID ->
                new PutByKeyDecoder().wrapAndApplyHeader(buffer, 0, header).toString();
            case InsertDecoder.TEMPLATE_ID ->
                new InsertDecoder().wrapAndApplyHeader(buffer, 0, header).toString();
            case ScanDecoder.TEMPLATE_ID ->
                new ScanDecoder().wrapAndApplyHeader(buffer, 0, header).toString();
            case PutIfByHandleDecoder.TEMPLATE_ID ->
                new PutIfByHandleDecoder().wrapAndApplyHeader(buffer, 0, header).toString();
            case AddByKeyDecoder.TEMPLATE_ID ->
                new AddByKeyDecoder().wrapAndApplyHeader(buffer, 0, header).toString();
            case PutForByKeyDecoder.TEMPLATE_ID ->
                new PutForByKeyDecoder().wrapAndApplyHeader(buffer, 0, header).toString();
            case BatchDecoder.TEMPLATE_ID ->
                new BatchDecoder().wrapAndApplyHeader(buffer, 0, header).toString();
            case GroupDecoder.TEMPLATE_ID ->
                new GroupDecoder().wrapAndApplyHeader(buffer, 0, header).toString();
            default -> "";
        };
    }
}
