package io.needletail.server.session;

import io.needletail.protocol.GetByHandleDecoder;
import io.needletail.protocol.MessageHeaderDecoder;

/** A get by handle of this version as four words, as which the request that is asked for most is copied, known and read. */
final class GetRequest {
    static final int LENGTH = MessageHeaderDecoder.ENCODED_LENGTH + GetByHandleDecoder.BLOCK_LENGTH;
    static final int CORRELATION_ID =
            MessageHeaderDecoder.ENCODED_LENGTH + GetByHandleDecoder.correlationIdEncodingOffset();
    static final int EPOCH = MessageHeaderDecoder.ENCODED_LENGTH + GetByHandleDecoder.epochEncodingOffset();
    static final int HANDLE = MessageHeaderDecoder.ENCODED_LENGTH + GetByHandleDecoder.handleEncodingOffset();

    /** Block length, template, schema, version. */
    static final long HEADER = GetByHandleDecoder.BLOCK_LENGTH
            | GetByHandleDecoder.TEMPLATE_ID << 16
            | (long) MessageHeaderDecoder.SCHEMA_ID << 32
            | (long) MessageHeaderDecoder.SCHEMA_VERSION << 48;

    private GetRequest() {}
}
