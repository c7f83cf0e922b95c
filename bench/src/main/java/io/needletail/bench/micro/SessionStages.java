package io.needletail.bench.micro;

import io.needletail.protocol.GetByHandleDecoder;
import io.needletail.protocol.GetByHandleEncoder;
import io.needletail.protocol.MessageHeaderDecoder;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.server.session.Frame;
import io.needletail.server.session.FrameFault;
import io.needletail.server.session.FrameValidator;
import io.needletail.server.session.ShortValueAnswer;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a shard does with a get by handle between Aeron's poll and its commit, taken apart: each stage with everything of the one before.
 * Requests lie as in a term, one line each, outside the heap; answers go into one.
 */
public final class SessionStages {
    private static final int HEADER = MessageHeaderDecoder.ENCODED_LENGTH;
    private static final int REQUEST_LENGTH = HEADER + GetByHandleDecoder.BLOCK_LENGTH;
    private static final int LINE = 64;
    private static final int TERM = 64 << 10;

    private SessionStages() {}

    /** The walk along the questions, and the answer that each stage is compared with or gives: what is to be taken off. */
    public static class Ask extends Embedded {
        @Override
        long operation() {
            return questions.expected(next());
        }
    }

    /** The request copied into private memory. */
    public static class Copy extends Embedded {
        private final Frame frame = new Frame();
        private UnsafeBuffer requests;

        @Override
        void prepare() throws IOException {
            super.prepare();
            requests = new UnsafeBuffer(ByteBuffer.allocateDirect(handles.length * LINE));
            for (int i = 0; i < handles.length; i++) {
                new GetByHandleEncoder()
                        .wrapAndApplyHeader(requests, i * LINE, new MessageHeaderEncoder())
                        .correlationId(i)
                        .epoch(engine.epoch())
                        .handle(handles[i]);
            }
        }

        final Frame copied(int at) {
            if (!frame.copyFrom(requests, at * LINE, REQUEST_LENGTH)) {
                throw new IllegalStateException("too long");
            }
            return frame;
        }

        /** As far as this one goes. */
        void take(int at) {
            copied(at);
        }

        /** The same question and the same look at what is expected in every stage. */
        @Override
        final long operation() {
            int at = next();
            take(at);
            return questions.expected(at);
        }
    }

    /** And validated, the one total function over what came from outside. */
    public static class Validate extends Copy {
        final Frame validated(int at) {
            Frame copy = copied(at);
            FrameFault fault = FrameValidator.validate(copy);
            if (fault != FrameFault.NONE) {
                throw new IllegalStateException(fault.name());
            }
            return copy;
        }

        @Override
        void take(int at) {
            validated(at);
        }
    }

    /** And its fields decoded, the epoch compared. */
    public static class Decode extends Validate {
        private final GetByHandleDecoder request = new GetByHandleDecoder();

        final long decoded(int at) {
            Frame copy = validated(at);
            request.wrap(copy.buffer(), HEADER, GetByHandleDecoder.BLOCK_LENGTH, GetByHandleDecoder.SCHEMA_VERSION);
            if (request.epoch() != engine.epoch() || request.correlationId() != at) {
                throw new IllegalStateException("another epoch");
            }
            return request.handle();
        }

        @Override
        void take(int at) {
            if (decoded(at) == 0) {
                throw new IllegalStateException("no handle");
            }
        }
    }

    /** And the entry read. */
    public static class Resolve extends Decode {
        @Override
        void take(int at) {
            if (value(engine.get(decoded(at), entry)) != questions.expected(at)) {
                throw new IllegalStateException("another value");
            }
        }
    }

    /** And the answer written. */
    public static class Encode extends Resolve {
        private final UnsafeBuffer answers = new UnsafeBuffer(ByteBuffer.allocateDirect(TERM));
        private int offset;

        @Override
        void take(int at) {
            super.take(at);
            ShortValueAnswer.write(answers, offset, entry);
            offset = (offset + LINE) & (TERM - 1);
        }
    }
}
