package io.needletail.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.EntryView;
import io.needletail.registry.view.EntryViews;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.ShortKeys;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is seen where it lies is what a get copies, whatever is asked for: live, freed, reused, forged and foreign handles, all
 * lengths.
 */
class EntryViewTest {
    private static final long SEED = 1806;
    private static final int SHARD = 3;
    private static final int KEYS = 96;
    private static final int LONGEST = 40;

    private final long seed = Seed.of(SEED);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Key key = new Key();
    private final Value value = new Value(LONGEST);
    private final Entry entry = new Entry(LONGEST);
    private final EntryView view = new EntryView();
    private final EntryViews views = new EntryViews();
    private final ShortKeys keys = new ShortKeys();
    private final Batch batch = new Batch(LONGEST);
    /** Every handle there ever was, the newest last. */
    private final List<Long> handles = new ArrayList<>();

    private ScratchRegion region;
    private ShardEngine engine;

    @BeforeEach
    void open() {
        open(64);
    }

    private void open(long keyedSlots) {
        region = new ScratchRegion(ScratchRegion.sizing(keyedSlots, 32, 1 << 20), SEED, SHARD);
        engine = ShardEngine.attach(region.segment());
        engine.serve();
    }

    @AfterEach
    void close() {
        region.close();
    }

    @Test
    void shouldSeeWhatAGetByHandleCopies() {
        long required = Proof.required(100_000, 20_000_000);
        long compared = 0;
        while (compared < required) {
            change();
            compared += compareByHandle();
        }
        Proof.note("views-by-handle", required, compared, seed);
    }

    /** So many slots that their lines are asked for first. */
    @Test
    void shouldSeeTheSameAmongMoreSlotsThanACacheHolds() {
        close();
        open(1 << 15);
        long required = Proof.required(20_000, 2_000_000);
        long compared = 0;
        while (compared < required) {
            change();
            compared += compareByHandle();
        }
        Proof.note("views-in-memory", required, compared, seed);
    }

    @Test
    void shouldSeeWhatAGetByKeyCopies() {
        long required = Proof.required(100_000, 20_000_000);
        long compared = 0;
        while (compared < required) {
            change();
            compared += compareByKey();
        }
        Proof.note("views-by-key", required, compared, seed);
    }

    @Test
    void shouldSayThatALongValueIsNotSeenAndSeeTheShortOneThatFollows() {
        key.setUtf8("AAPL:1");
        value.setUtf8("seventeen letters");
        engine.put(key, value, entry);
        long handle = entry.handle();
        assertThat(engine.get(handle, view)).isEqualTo(Status.VALUE_TOO_LONG);
        assertThat(view.isPresent()).isFalse();
        value.setUtf8("sixteen letters!");
        engine.put(handle, value, entry);
        assertThat(engine.get(handle, view)).isEqualTo(Status.OK);
        assertThat(view.length()).isEqualTo(16);
        assertThat(view.word0()).isEqualTo(value.word0());
        assertThat(view.word1()).isEqualTo(value.word1());
        assertThat(view.version()).isEqualTo(entry.version());
    }

    @Test
    void shouldRefuseMoreThanItHasRoomFor() {
        long[] many = new long[EntryViews.MAX_LENGTH + 1];
        assertThatThrownBy(() -> engine.get(many, 0, many.length, views)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine.get(many, 2, EntryViews.MAX_LENGTH, views))
                .isInstanceOf(IndexOutOfBoundsException.class);
        for (int i = 0; i < ShortKeys.MAX_COUNT; i++) {
            keys.add(i, 0, 8);
        }
        assertThatThrownBy(() -> keys.add(0, 0, 8)).isInstanceOf(IllegalStateException.class);
        keys.clear();
        assertThat(engine.get(1, 2, 17, view)).isEqualTo(Status.KEY_TOO_LONG);
        assertThat(engine.get(1, 2, -1, view)).isEqualTo(Status.KEY_TOO_LONG);
        assertThatThrownBy(() -> keys.add(0, 0, 17)).isInstanceOf(IllegalArgumentException.class);
        long[] words = new long[2 * ShortKeys.MAX_COUNT];
        assertThatThrownBy(() -> keys.addAll(words, 0, 1, 17)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> keys.addAll(words, 0, -1, 16)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> keys.addAll(words, 0, ShortKeys.MAX_COUNT + 1, 16))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> keys.addAll(words, 2, ShortKeys.MAX_COUNT, 16))
                .isInstanceOf(IndexOutOfBoundsException.class);
        engine.get(keys, views);
        assertThat(views.length()).isZero();
    }

    @Test
    void shouldThrowWhenAskedForWhatItDoesNotSee() {
        assertThatThrownBy(view::word0).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(view::version).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> views.status(0)).isInstanceOf(IndexOutOfBoundsException.class);
        key.setUtf8("seen");
        value.setInline(1, 2, 16);
        engine.put(key, value, entry);
        long[] asked = {entry.handle(), entry.handle() + (1L << 32), entry.handle()};
        engine.get(asked, 0, 3, views);
        assertThat(views.status(1)).isEqualTo(Status.STALE_HANDLE);
        assertThatThrownBy(() -> views.word0(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("STALE_HANDLE");
        engine.get(asked, 0, 1, views);
        assertThatThrownBy(() -> views.word0(2))
                .as("of the request before")
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldNotTakeABatchsKeysForAListOfThem() {
        Batch batch = new Batch(16);
        batch.add(new Key("one"));
        assertThatThrownBy(() -> engine.get(batch.shortKeys(), views)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> batch.shortKeys().add(1, 2, 16)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> batch.shortKeys().addAll(new long[2], 0, 1, 16))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> batch.shortKeys().clear()).isInstanceOf(IllegalStateException.class);
    }

    private void change() {
        int length = random.nextInt(LONGEST + 1);
        value.resize(length);
        for (int i = 0; i < length; i++) {
            value.putByte(i, (byte) random.nextInt());
        }
        draw(key);
        int status = switch (random.nextInt(6)) {
            case 0 -> engine.delete(key, entry);
            case 1 -> engine.clear(key, entry);
            case 2 -> engine.resolve(key, true, entry);
            case 3 -> random.nextBoolean() ? engine.allocate(entry) : engine.put(anyHandle(), value, entry);
            case 4 -> engine.delete(anyHandle(), entry);
            default -> engine.put(key, value, entry);
        };
        if (status == Status.OK) {
            handles.add(entry.handle());
        }
    }

    private void draw(Key into) {
        draw(into, random.nextInt(KEYS));
    }

    private static void draw(Key into, int n) {
        byte[] bytes = new byte[1 + n % Bytes.INLINE_LENGTH];
        Arrays.fill(bytes, (byte) n);
        into.set(bytes, 0, bytes.length);
    }

    /** Mostly one of the newest, at times an old one, and at times one that was never handed out. */
    private long anyHandle() {
        int count = handles.size();
        if (count == 0 || random.nextInt(16) == 0) {
            return switch (random.nextInt(3)) {
                case 0 -> random.nextLong();
                case 1 -> Handle.of(SHARD, 1 + random.nextInt(3), random.nextInt(128));
                default -> Handle.of(random.nextInt(8), 1, random.nextInt(96));
            };
        }
        int span = random.nextInt(8) == 0 ? count : Math.min(count, 64);
        return handles.get(count - 1 - random.nextInt(span));
    }

    private int compareByHandle() {
        long[] asked = random.longs(1 + random.nextInt(EntryViews.MAX_LENGTH))
                .map(any -> anyHandle())
                .toArray();
        int offset = random.nextInt(asked.length);
        int length = asked.length - offset;
        engine.get(asked, offset, length, views);
        assertThat(views.length()).isEqualTo(length);
        batch.clear();
        for (int i = 0; i < length; i++) {
            batch.add(asked[offset + i]);
        }
        assertThat(engine.get(batch)).isEqualTo(Status.OK);
        for (int i = 0; i < length; i++) {
            long handle = asked[offset + i];
            int alone = engine.get(handle, entry);
            assertThat(batch.status(i)).isEqualTo(alone);
            if (alone == Status.OK) {
                assertThat(batch.entry(i).version()).isEqualTo(entry.version());
                assertThat(batch.entry(i).value().contentEquals(entry.value())).isTrue();
            }
            int expected = seen(alone);
            assertThat(engine.get(handle, view)).isEqualTo(expected);
            compare(i, expected);
        }
        return length;
    }

    private int compareByKey() {
        keys.clear();
        Key[] asked = new Key[1 + random.nextInt(ShortKeys.MAX_COUNT)];
        if (random.nextBoolean()) {
            addOneByOne(asked);
        } else {
            addInPieces(asked);
        }
        engine.get(keys, views);
        assertThat(views.length()).isEqualTo(asked.length);
        for (int i = 0; i < asked.length; i++) {
            Key each = asked[i];
            int expected = seen(engine.get(each, entry));
            assertThat(engine.get(each.word0(), each.word1(), each.length(), view))
                    .isEqualTo(expected);
            compare(i, expected);
        }
        return asked.length;
    }

    private void addOneByOne(Key[] asked) {
        for (int i = 0; i < asked.length; i++) {
            asked[i] = new Key();
            draw(asked[i]);
            assertThat(keys.add(asked[i])).isEqualTo(i);
        }
    }

    /** Each piece of keys of one length, at some place of an array. */
    private void addInPieces(Key[] asked) {
        for (int first = 0; first < asked.length; first = keys.count()) {
            int added = 1 + random.nextInt(asked.length - first);
            int offset = random.nextInt(4);
            int alike = random.nextInt(Bytes.INLINE_LENGTH);
            long[] words = new long[offset + 2 * added];
            for (int i = 0; i < added; i++) {
                Key each = new Key();
                draw(each, alike + Bytes.INLINE_LENGTH * random.nextInt(KEYS / Bytes.INLINE_LENGTH));
                words[offset + 2 * i] = each.word0();
                words[offset + 2 * i + 1] = each.word1();
                asked[first + i] = each;
            }
            keys.addAll(words, offset, added, 1 + alike);
        }
        assertThat(keys.count()).isEqualTo(asked.length);
    }

    /** What a view answers where a get answers this. */
    private int seen(int status) {
        return status == Status.OK && entry.value().length() > Bytes.INLINE_LENGTH ? Status.VALUE_TOO_LONG : status;
    }

    private void compare(int index, int status) {
        assertThat(views.status(index)).isEqualTo(status);
        assertThat(view.isPresent()).isEqualTo(status == Status.OK);
        if (status == Status.OK) {
            assertThat(views.version(index)).isEqualTo(entry.version()).isEqualTo(view.version());
            assertThat(views.length(index)).isEqualTo(entry.value().length()).isEqualTo(view.length());
            assertThat(views.word0(index)).isEqualTo(entry.value().word0()).isEqualTo(view.word0());
            assertThat(views.word1(index)).isEqualTo(entry.value().word1()).isEqualTo(view.word1());
        }
    }
}
