package io.needletail.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.protocol.record.MutationDecoder;
import io.needletail.protocol.record.MutationEncoder;
import io.needletail.protocol.record.Operation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One byte vector for every message, in {@code golden-vectors.txt}: name, hex, and what a decoder says. They pin the wire
 * format for every language; a change of one byte here is a change of the protocol.
 */
class GoldenVectorsTest {
    private static final Map<String, Sample> SAMPLES = samples();
    private static final Map<String, String[]> GOLDEN = golden();

    /** Writes a message and answers its length; reads one and says what it holds. */
    private record Sample(Encoder encoder, Decoder decoder) {}

    private interface Encoder {
        int encode(MutableDirectBuffer buffer, MessageHeaderEncoder header);
    }

    private interface Decoder {
        String decode(MutableDirectBuffer buffer, MessageHeaderDecoder header);
    }

    private static final byte[] KEY = "AAPL:16113575".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE = HexFormat.of().parseHex("485059000000000012000000" + "01000000");
    private static final long ID = 0x0102030405060708L;
    private static final long EPOCH = 7;
    private static final long HANDLE = 0x00000001_0000002AL;

    private static Map<String, Sample> samples() {
        Map<String, Sample> samples = new LinkedHashMap<>();
        samples.put(
                "Connect",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new ConnectEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .clientPid(4242)
                                        .protocolVersion(1)
                                        .replyStreamId(65_537)
                                        .clientIdHigh(ID)
                                        .clientIdLow(-ID)
                                        .replyPort(40_124)
                                        .namespaceName("orders")
                                        .encodedLength(),
                        (b, h) ->
                                new ConnectDecoder().wrapAndApplyHeader(b, 0, h).toString()));
        samples.put(
                "Accepted",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new AcceptedEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .dataSetIdHigh(-1)
                                        .dataSetIdLow(2)
                                        .livenessTimeoutNs(2_000_000_000L)
                                        .requestStreamId(1001)
                                        .replyStreamId(65_537)
                                        .maxKeyLength(1024)
                                        .maxValueLength(7040)
                                        .maxFrameLength(8160)
                                        .maxInFlight(128)
                                        .shards(1)
                                        .maxBatchLength(64)
                                        .maxMessageValueLength(7040)
                                        .lastRequest(77)
                                        .firstShard(2)
                                        .shard(3)
                                        .sharedToken(65_537)
                                        .persistentMemory((short) 2)
                                        .remoteAddress(4096)
                                        .remoteKey(-3)
                                        .remoteLength(1 << 20)
                                        .leaseNs(1_000_000_000L)
                                        .regionPath("/dev/shm/needletail/region/shard-0")
                                        .remoteProvider("shm")
                                        .putRemoteEndpoint(KEY, 0, KEY.length)
                                        .encodedLength(),
                        (b, h) -> new AcceptedDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "Refused",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new RefusedEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .code(RefusalCode.SESSION_LIMIT)
                                        .firstShard(0)
                                        .text("full")
                                        .encodedLength(),
                        (b, h) ->
                                new RefusedDecoder().wrapAndApplyHeader(b, 0, h).toString()));
        samples.put(
                "KeepAlive",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new KeepAliveEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .encodedLength(),
                        (b, h) -> new KeepAliveDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "Close",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new CloseEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .code(CloseReason.SLOW_READER)
                                        .text("unread")
                                        .encodedLength(),
                        (b, h) -> new CloseDecoder().wrapAndApplyHeader(b, 0, h).toString()));
        samples.put(
                "Resolve",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new ResolveEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .create(BooleanType.TRUE)
                                        .level((short) 2)
                                        .putKey(KEY, 0, KEY.length)
                                        .encodedLength(),
                        (b, h) ->
                                new ResolveDecoder().wrapAndApplyHeader(b, 0, h).toString()));
        samples.put(
                "GetByHandle",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new GetByHandleEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .handle(HANDLE)
                                        .encodedLength(),
                        (b, h) -> new GetByHandleDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "GetByKey",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new GetByKeyEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .putKey(KEY, 0, KEY.length)
                                        .encodedLength(),
                        (b, h) -> new GetByKeyDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "PutByHandle",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new PutByHandleEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .handle(HANDLE)
                                        .level((short) 2)
                                        .putValue(VALUE, 0, VALUE.length)
                                        .encodedLength(),
                        (b, h) -> new PutByHandleDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "PutByKey",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new PutByKeyEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .level((short) 2)
                                        .putKey(KEY, 0, KEY.length)
                                        .putValue(VALUE, 0, VALUE.length)
                                        .encodedLength(),
                        (b, h) -> new PutByKeyDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "Insert",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new InsertEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .level((short) 2)
                                        .putKey(KEY, 0, KEY.length)
                                        .putValue(VALUE, 0, VALUE.length)
                                        .encodedLength(),
                        (b, h) ->
                                new InsertDecoder().wrapAndApplyHeader(b, 0, h).toString()));
        samples.put(
                "DeleteByHandle",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new DeleteByHandleEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .handle(HANDLE)
                                        .level((short) 2)
                                        .encodedLength(),
                        (b, h) -> new DeleteByHandleDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "DeleteByKey",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new DeleteByKeyEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .level((short) 2)
                                        .putKey(KEY, 0, KEY.length)
                                        .encodedLength(),
                        (b, h) -> new DeleteByKeyDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "Scan",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new ScanEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .cursor(99)
                                        .maxEntries(1000)
                                        .putPrefix(KEY, 0, 5)
                                        .encodedLength(),
                        (b, h) -> new ScanDecoder().wrapAndApplyHeader(b, 0, h).toString()));
        samples.put(
                "Revalidate",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new RevalidateEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .handle(HANDLE)
                                        .putKey(KEY, 0, KEY.length)
                                        .encodedLength(),
                        (b, h) -> new RevalidateDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "PutIfByHandle",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new PutIfByHandleEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .handle(HANDLE)
                                        .expectedVersion(8_589_934_592L)
                                        .level((short) 2)
                                        .putValue(VALUE, 0, VALUE.length)
                                        .encodedLength(),
                        (b, h) -> new PutIfByHandleDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "PutIfByKey",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new PutIfByKeyEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .expectedVersion(8_589_934_592L)
                                        .level((short) 2)
                                        .putKey(KEY, 0, KEY.length)
                                        .putValue(VALUE, 0, VALUE.length)
                                        .encodedLength(),
                        (b, h) -> new PutIfByKeyDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "AddByHandle",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new AddByHandleEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .handle(HANDLE)
                                        .delta(-300)
                                        .level((short) 2)
                                        .encodedLength(),
                        (b, h) -> new AddByHandleDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "AddByKey",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new AddByKeyEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .delta(-300)
                                        .level((short) 2)
                                        .putKey(KEY, 0, KEY.length)
                                        .encodedLength(),
                        (b, h) -> new AddByKeyDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "ClearByHandle",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new ClearByHandleEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .handle(HANDLE)
                                        .level((short) 2)
                                        .encodedLength(),
                        (b, h) -> new ClearByHandleDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "ClearByKey",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new ClearByKeyEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .level((short) 2)
                                        .putKey(KEY, 0, KEY.length)
                                        .encodedLength(),
                        (b, h) -> new ClearByKeyDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "PutForByHandle",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new PutForByHandleEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .handle(HANDLE)
                                        .ttlNs(500_000_000L)
                                        .level((short) 2)
                                        .putValue(VALUE, 0, VALUE.length)
                                        .encodedLength(),
                        (b, h) -> new PutForByHandleDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "PutForByKey",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new PutForByKeyEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .ttlNs(500_000_000L)
                                        .level((short) 2)
                                        .putKey(KEY, 0, KEY.length)
                                        .putValue(VALUE, 0, VALUE.length)
                                        .encodedLength(),
                        (b, h) -> new PutForByKeyDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "TouchByHandle",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new TouchByHandleEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .handle(HANDLE)
                                        .ttlNs(500_000_000L)
                                        .level((short) 2)
                                        .encodedLength(),
                        (b, h) -> new TouchByHandleDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "TouchByKey",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new TouchByKeyEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .ttlNs(500_000_000L)
                                        .level((short) 2)
                                        .putKey(KEY, 0, KEY.length)
                                        .encodedLength(),
                        (b, h) -> new TouchByKeyDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "Allocate",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new AllocateEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .level((short) 2)
                                        .encodedLength(),
                        (b, h) -> new AllocateDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "Result",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new ResultEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .version(1L << 33)
                                        .handle(HANDLE)
                                        .status(ResultStatus.OK)
                                        .level((short) 2)
                                        .putValue(VALUE, 0, VALUE.length)
                                        .encodedLength(),
                        (b, h) ->
                                new ResultDecoder().wrapAndApplyHeader(b, 0, h).toString()));
        samples.put(
                "ShortValue",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new ShortValueEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .version(1L << 33)
                                        .word0(0x0807060504030201L)
                                        .word1(-2)
                                        .encodedLength(),
                        (b, h) -> new ShortValueDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "Outcome",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new OutcomeEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .version(1L << 33)
                                        .handle(HANDLE)
                                        .status(ResultStatus.VERSION_CONFLICT)
                                        .level((short) 2)
                                        .encodedLength(),
                        (b, h) ->
                                new OutcomeDecoder().wrapAndApplyHeader(b, 0, h).toString()));
        samples.put(
                "GetByHandles",
                new Sample(
                        GoldenVectorsTest::encodeGetByHandles,
                        (b, h) -> new GetByHandlesDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "ShortValues",
                new Sample(
                        GoldenVectorsTest::encodeShortValues,
                        (b, h) -> new ShortValuesDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "ScanPage",
                new Sample(
                        GoldenVectorsTest::encodePage,
                        (b, h) -> new ScanPageDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "Batch",
                new Sample(
                        GoldenVectorsTest::encodeBatch,
                        (b, h) -> new BatchDecoder().wrapAndApplyHeader(b, 0, h).toString()));
        samples.put(
                "Group",
                new Sample(
                        GoldenVectorsTest::encodeGroup,
                        (b, h) -> new GroupDecoder().wrapAndApplyHeader(b, 0, h).toString()));
        samples.put(
                "GetAtLevel",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new GetAtLevelEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .handle(HANDLE)
                                        .level((short) 2)
                                        .encodedLength(),
                        (b, h) -> new GetAtLevelDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "BatchResult",
                new Sample(
                        GoldenVectorsTest::encodeBatchResult,
                        (b, h) -> new BatchResultDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "PutChunk",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new PutChunkEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .epoch(EPOCH)
                                        .handle(0)
                                        .argument(1L << 33)
                                        .totalLength(65_536)
                                        .begin(0)
                                        .operation(PutOperation.PUT_IF)
                                        .level((short) 2)
                                        .putKey(KEY, 0, KEY.length)
                                        .putValue(VALUE, 0, VALUE.length)
                                        .encodedLength(),
                        (b, h) -> new PutChunkDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "ValueChunk",
                new Sample(
                        (b, h) -> h.encodedLength()
                                + new ValueChunkEncoder()
                                        .wrapAndApplyHeader(b, 0, h)
                                        .correlationId(ID)
                                        .handle(HANDLE)
                                        .version(1L << 33)
                                        .totalLength(65_536)
                                        .begin(61_440)
                                        .putValue(VALUE, 0, VALUE.length)
                                        .encodedLength(),
                        (b, h) -> new ValueChunkDecoder()
                                .wrapAndApplyHeader(b, 0, h)
                                .toString()));
        samples.put(
                "Mutation",
                new Sample(
                        (b, h) -> {
                            MutationEncoder record = new MutationEncoder().wrap(b, 0);
                            record.slot(42).lines(2).operation(Operation.INSERT);
                            record.flags()
                                    .clear()
                                    .groupFirst(true)
                                    .groupLast(true)
                                    .key(true);
                            return record.version(1L << 33)
                                    .checksum(0xCAFEBABEL)
                                    .word(0x12000001L)
                                    .timeNs(1_340_285_400_000_000_000L)
                                    .value0(1)
                                    .value1(2)
                                    .origin(0)
                                    .chain(-3)
                                    .encodedLength();
                        },
                        (b, h) -> new MutationDecoder()
                                .wrap(b, 0, MutationDecoder.BLOCK_LENGTH, 1)
                                .toString()));
        return samples;
    }

    private static int encodeBatch(MutableDirectBuffer buffer, MessageHeaderEncoder header) {
        BatchEncoder batch = new BatchEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(ID)
                .epoch(EPOCH)
                .operation(BatchOperation.PUT);
        BatchEncoder.EntriesEncoder entries = batch.level((short) 2).entriesCount(2);
        entries.next().handle(HANDLE).putKey(KEY, 0, 0).putValue(VALUE, 0, VALUE.length);
        entries.next().handle(0).putKey(KEY, 0, KEY.length).putValue(VALUE, 0, VALUE.length);
        return header.encodedLength() + batch.encodedLength();
    }

    private static int encodeGroup(MutableDirectBuffer buffer, MessageHeaderEncoder header) {
        GroupEncoder group = new GroupEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(ID)
                .epoch(EPOCH);
        GroupEncoder.EntriesEncoder entries = group.level((short) 2).entriesCount(2);
        entries.next()
                .handle(HANDLE)
                .expectedVersion(1L << 33)
                .delta(-300)
                .operation(GroupOperation.ADD)
                .putKey(KEY, 0, 0)
                .putValue(VALUE, 0, 0);
        entries.next()
                .handle(0)
                .expectedVersion(-1)
                .delta(0)
                .operation(GroupOperation.PUT)
                .putKey(KEY, 0, KEY.length)
                .putValue(VALUE, 0, VALUE.length);
        return header.encodedLength() + group.encodedLength();
    }

    private static int encodeShortValues(MutableDirectBuffer buffer, MessageHeaderEncoder header) {
        ShortValuesEncoder values =
                new ShortValuesEncoder().wrapAndApplyHeader(buffer, 0, header).missing(2);
        ShortValuesEncoder.EntriesEncoder entries = values.entriesCount(2);
        entries.next().version(1L << 33).word0(1).word1(-2);
        entries.next().version(0).word0(ResultStatus.STALE_HANDLE.value()).word1(0);
        return header.encodedLength() + values.encodedLength();
    }

    private static int encodeGetByHandles(MutableDirectBuffer buffer, MessageHeaderEncoder header) {
        GetByHandlesEncoder gets = new GetByHandlesEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(ID)
                .epoch(7);
        GetByHandlesEncoder.EntriesEncoder entries = gets.entriesCount(2);
        entries.next().handle(HANDLE);
        entries.next().handle(0);
        return header.encodedLength() + gets.encodedLength();
    }

    private static int encodeBatchResult(MutableDirectBuffer buffer, MessageHeaderEncoder header) {
        BatchResultEncoder result = new BatchResultEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(ID)
                .status(ResultStatus.OK);
        BatchResultEncoder.EntriesEncoder entries = result.level((short) 2).entriesCount(2);
        entries.next().handle(HANDLE).version(1L << 33).status(ResultStatus.OK).putValue(VALUE, 0, VALUE.length);
        entries.next().handle(0).version(0).status(ResultStatus.REPLY_FULL).putValue(VALUE, 0, 0);
        return header.encodedLength() + result.encodedLength();
    }

    private static int encodePage(MutableDirectBuffer buffer, MessageHeaderEncoder header) {
        ScanPageEncoder page = new ScanPageEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(ID)
                .nextCursor(100)
                .status(ResultStatus.OK);
        ScanPageEncoder.EntriesEncoder entries = page.entriesCount(2);
        entries.next()
                .handle(HANDLE)
                .version(5)
                .fullLength(VALUE.length)
                .putKey(KEY, 0, KEY.length)
                .putValue(VALUE, 0, VALUE.length);
        entries.next()
                .handle(HANDLE + 1)
                .version(6)
                .fullLength(65_536)
                .putKey(KEY, 0, 4)
                .putValue(VALUE, 0, 0);
        return header.encodedLength() + page.encodedLength();
    }

    static Stream<String> names() {
        return SAMPLES.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldEncodeToTheGoldenBytesAndDecodeThem(String name) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[1024]);
        int length = SAMPLES.get(name).encoder.encode(buffer, new MessageHeaderEncoder());
        assertThat(HexFormat.of().formatHex(buffer.byteArray(), 0, length)).isEqualTo(GOLDEN.get(name)[1]);
        byte[] golden = HexFormat.of().parseHex(GOLDEN.get(name)[1]);
        assertThat(SAMPLES.get(name).decoder.decode(new UnsafeBuffer(golden), new MessageHeaderDecoder()))
                .isEqualTo(GOLDEN.get(name)[2]);
    }

    @Test
    void shouldHaveAVectorForEveryMessageOfBothSchemas() throws IOException {
        long messages = 0;
        for (String schema : new String[] {"/session-protocol.xml", "/mutation-record.xml"}) {
            String text = new String(
                    GoldenVectorsTest.class.getResourceAsStream(schema).readAllBytes(), StandardCharsets.UTF_8);
            messages += text.split("<sbe:message name=").length - 1;
        }
        assertThat(GOLDEN).hasSize((int) messages).containsOnlyKeys(SAMPLES.keySet());
    }

    @Test
    void shouldTakeOneCacheLineForAGetByHandleAndOneForItsAnswer() {
        int headers = 32 + MessageHeaderEncoder.ENCODED_LENGTH; // Aeron's and ours
        assertThat(headers + GetByHandleEncoder.BLOCK_LENGTH).isEqualTo(64);
        assertThat(headers + ShortValueEncoder.BLOCK_LENGTH).isEqualTo(64);
        assertThat(headers + OutcomeEncoder.BLOCK_LENGTH).isLessThanOrEqualTo(64);
    }

    private static Map<String, String[]> golden() {
        Map<String, String[]> golden = new LinkedHashMap<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                GoldenVectorsTest.class.getResourceAsStream("/golden-vectors.txt"), StandardCharsets.UTF_8))) {
            lines.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                String[] cells = line.split(" ", 3);
                golden.put(cells[0], cells);
            });
            return golden;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
