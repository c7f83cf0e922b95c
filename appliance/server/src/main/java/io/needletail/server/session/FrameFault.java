package io.needletail.server.session;

import io.needletail.client.SessionProtocol;
import io.needletail.registry.view.Batch;

/** Why a frame is not a request. */
public enum FrameFault {
    NONE("whole"),
    FRAGMENTED("the message has more than one fragment: a frame has at most " + SessionProtocol.MAX_FRAME_LENGTH
            + " bytes"),
    TOO_SHORT("the frame is shorter than its header or its block"),
    TOO_LONG("the frame is longer than " + SessionProtocol.MAX_FRAME_LENGTH + " bytes"),
    FOREIGN_SCHEMA("the schema id is not the session protocol's"),
    VERSION("the schema version is 0"),
    UNKNOWN_TEMPLATE("the template is not a request"),
    BLOCK_LENGTH("the block length is not the template's"),
    VARIABLE_LENGTH("a length field points beyond the frame"),
    ENTRY_LENGTH("the block length of a group's entries is not the template's"),
    ENTRY_COUNT("a batch or group has no entries, or more than " + Batch.MAX_LENGTH),
    CHUNK("a chunk is not the next of its value"),
    TRAILING_BYTES("bytes follow the last field"),
    ENUM_VALUE("an enumeration has an unknown value");

    private final String what;

    FrameFault(String what) {
        this.what = what;
    }

    public String what() {
        return what;
    }
}
