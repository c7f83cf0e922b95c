// Needletail: reads entries by handle from a shard's region, mapped read-only. Header only, C++17, GCC or Clang, Linux, 64 bit,
// little-endian. The format is appliance/registry/spec/region.md; the Java twin is io.needletail.client.ColocatedReader.
//
//   needletail::Reader reader{"/dev/shm/needletail-.../region/shard-0"};   // the path that a session's Accepted names
//   needletail::Entry entry;
//   if (reader.get(handle, entry) == needletail::Status::ok) use(entry.value(), entry.length(), entry.version());
//
// No message is sent, no lock is taken, and the shard does not notice. A reader is for one thread. Errors of the file are thrown
// by the constructor as needletail::RegionError; get() throws nothing and allocates nothing once an entry has its capacity.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>

namespace needletail {

/** The same numbers as in every tier and on the wire. */
enum class Status : int {
    ok = 0,
    absent = 2,
    stale_handle = 3,
    epoch_changed = 5,
    value_too_long = 7,
    writer_unavailable = 12,
    region_retired = 13,
    region_failed = 14,
    invalid_request = 15,
    not_yet = 17,
};

/** What has been reached; 3 + n is mirrored by n. */
enum class Level : int { memory = 0, journaled = 1, synced = 2, persistent = 3 };

class RegionError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/** A reusable entry: handle, version and value. */
class Entry {
  public:
    explicit Entry(std::size_t capacity = 16) : capacity_{capacity < 16 ? 16 : capacity}, bytes_{new std::uint8_t[capacity_]} {}

    const std::uint8_t *value() const noexcept { return bytes_.get(); }
    std::size_t length() const noexcept { return length_; }
    std::uint64_t version() const noexcept { return version_; }
    std::uint64_t handle() const noexcept { return handle_; }
    std::size_t capacity() const noexcept { return capacity_; }

    /** The eight bytes at an offset; 0 beyond the value. */
    std::uint64_t word(std::size_t offset) const noexcept {
        std::uint64_t word = 0;
        if (offset + sizeof word <= length_) std::memcpy(&word, bytes_.get() + offset, sizeof word);
        return word;
    }

  private:
    friend class Reader;
    std::size_t capacity_;
    std::unique_ptr<std::uint8_t[]> bytes_;
    std::size_t length_ = 0;
    std::uint64_t version_ = 0;
    std::uint64_t handle_ = 0;
};

namespace detail {

inline std::uint32_t crc32c(const std::uint8_t *bytes, std::size_t length) noexcept {
    std::uint32_t crc = 0xFFFFFFFFu;
    for (std::size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0x82F63B78u & (0u - (crc & 1u)));
    }
    return ~crc;
}

inline std::int64_t now_ns() noexcept {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1000000000 + now.tv_nsec;
}

inline void pause() noexcept {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/** A mapping that is given back with its owner. */
class Mapping {
  public:
    explicit Mapping(const std::string &path) {
        const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) throw RegionError(path + ": cannot be opened");
        struct stat status{};
        if (::fstat(file, &status) != 0 || status.st_size < 8192) {
            ::close(file);
            throw RegionError(path + ": shorter than a region's header");
        }
        length_ = static_cast<std::size_t>(status.st_size);
        void *const address = ::mmap(nullptr, length_, PROT_READ, MAP_SHARED, file, 0);
        ::close(file);
        if (address == MAP_FAILED) throw RegionError(path + ": cannot be mapped");
        base_ = static_cast<const std::uint8_t *>(address);
    }
    ~Mapping() { ::munmap(const_cast<std::uint8_t *>(base_), length_); }
    Mapping(const Mapping &) = delete;
    Mapping &operator=(const Mapping &) = delete;

    const std::uint8_t *base() const noexcept { return base_; }
    std::size_t length() const noexcept { return length_; }

    /** For the header page, which does not change. */
    std::uint64_t u64(std::size_t offset) const noexcept {
        std::uint64_t word;
        std::memcpy(&word, base_ + offset, sizeof word);
        return word;
    }
    std::uint32_t u32(std::size_t offset) const noexcept {
        std::uint32_t word;
        std::memcpy(&word, base_ + offset, sizeof word);
        return word;
    }

    /** A word that another process may write now: one load, neither torn nor repeated by the compiler. */
    std::uint64_t relaxed(std::size_t offset) const noexcept {
        return __atomic_load_n(reinterpret_cast<const std::uint64_t *>(base_ + offset), __ATOMIC_RELAXED);
    }
    std::uint64_t acquire(std::size_t offset) const noexcept {
        return __atomic_load_n(reinterpret_cast<const std::uint64_t *>(base_ + offset), __ATOMIC_ACQUIRE);
    }

  private:
    const std::uint8_t *base_ = nullptr;
    std::size_t length_ = 0;
};

}  // namespace detail

/** Reads one shard's region. */
class Reader {
  public:
    explicit Reader(const std::string &path) : region_{path} {
        validate(path);
        adopt_epoch();
    }

    /**
     * Reads an entry. ok, absent (alive, without a value), stale_handle, epoch_changed, value_too_long for the entry's capacity, or
     * why the region cannot be read. A value is as new as the moment of the call.
     */
    Status get(std::uint64_t handle, Entry &into) noexcept {
        const std::uint64_t slot = handle & 0xFFFFFFFFu;
        into.handle_ = handle;
        if (slot >= slots_) return Status::stale_handle;
        const std::size_t at = slot < keyed_slots_ ? keyed_area_ + slot * 64 : anonymous_area_ + (slot - keyed_slots_) * 32;
        for (std::uint32_t spins = 1; spins <= max_spins; spins++) {
            const std::uint64_t version = region_.acquire(at);
            if ((version & 1) == 0) {
                const Status status = take(at, static_cast<std::uint32_t>(handle >> 32), into);
                std::atomic_thread_fence(std::memory_order_acquire);
                if (region_.relaxed(at) == version) {
                    into.version_ = version >> 1;
                    return region_.relaxed(state_offset) == serving_ ? status : not_serving();
                }
            } else if (spins % spins_per_clock_read == 0 && !is_writer_alive()) {
                return Status::writer_unavailable;
            }
            retries_++;
            detail::pause();
        }
        return Status::writer_unavailable;
    }

    /** Reads an entry whose value has reached a level, else not_yet: the entry then names handle and version. */
    Status get(std::uint64_t handle, Level level, Entry &into) noexcept {
        const int number = static_cast<int>(level);
        if (number < 0 || number >= levels) return Status::invalid_request;
        const Status status = get(handle, into);
        if (number == 0 || (status != Status::ok && status != Status::absent)) return status;
        const std::size_t line = 4096 + (2 + static_cast<std::size_t>(number)) * 128;
        if (into.version_ <= region_.acquire(line)) return status;
        into.length_ = 0;
        return Status::not_yet;
    }

    /**
     * Reads several entries so that a group of changes is seen whole or not at all. Each has its own status; the answer is ok, or
     * writer_unavailable when the shard stopped inside a group.
     */
    template <std::size_t N>
    Status get(const std::array<std::uint64_t, N> &handles, std::array<Entry, N> &entries,
               std::array<Status, N> &statuses) noexcept {
        for (std::uint32_t round = 0; round < max_spins; round++) {
            const std::uint64_t before = region_.acquire(group_sequence_offset);
            if ((before & 1) == 0) {
                for (std::size_t i = 0; i < N; i++) statuses[i] = get(handles[i], entries[i]);
                std::atomic_thread_fence(std::memory_order_acquire);
                if (region_.relaxed(group_sequence_offset) == before) return Status::ok;
            } else if (round % spins_per_clock_read == 0 && !is_writer_alive()) {
                return Status::writer_unavailable;
            }
            detail::pause();
        }
        return Status::writer_unavailable;
    }

    /** Whether the writer's lease holds; false soon after it died. */
    bool is_writer_alive() const noexcept {
        return static_cast<std::int64_t>(region_.relaxed(lease_offset)) - detail::now_ns() >= 0;
    }

    /** Takes the handles of the region's present epoch from here on. */
    void adopt_epoch() noexcept {
        serving_ = (std::uint64_t{2} << 56) | (region_.acquire(state_offset) & ((std::uint64_t{1} << 56) - 1));
    }

    /** Times that a read was taken again because its entry was being written. */
    std::uint64_t retries() const noexcept { return retries_; }

  private:
    static constexpr std::uint32_t spins_per_clock_read = 256;
    static constexpr std::uint32_t max_spins = 1u << 25;
    static constexpr std::size_t state_offset = 4096;
    static constexpr std::size_t lease_offset = 4224;
    static constexpr std::size_t group_sequence_offset = 5888;
    static constexpr int levels = 12;
    static constexpr std::uint64_t classes = 16;
    static constexpr std::uint32_t format = 2;
    static constexpr std::uint64_t min_huge_page = std::uint64_t{64} << 10;
    static constexpr std::uint64_t max_huge_page = std::uint64_t{16} << 30;

    void validate(const std::string &path) {
        if (region_.u64(0) != 0x4C54454C4445454Eull) throw RegionError(path + ": not a region");
        if (region_.u32(12) != format) throw RegionError(path + ": another format");
        if (region_.u32(4092) != detail::crc32c(region_.base(), 4092)) throw RegionError(path + ": the header is damaged");
        if (!is_length_of(region_.length(), region_.u64(40)) || region_.u32(36) != classes) throw RegionError(path + ": cut, or damaged");
        shard_bits_ = region_.u32(32) << 24;
        keyed_slots_ = region_.u64(48);
        slots_ = keyed_slots_ + region_.u64(56);
        keyed_area_ = region_.u64(64);
        anonymous_area_ = region_.u64(72);
        max_value_length_ = region_.u32(140);
        const bool inside = keyed_slots_ <= (std::uint64_t{1} << 31) && slots_ <= (std::uint64_t{1} << 31)
                && keyed_area_ % 64 == 0 && anonymous_area_ % 32 == 0 && fits(keyed_area_, keyed_slots_ * 64)
                && fits(anonymous_area_, (slots_ - keyed_slots_) * 32);
        if (!inside) throw RegionError(path + ": the header's capacities are out of range");
        for (std::size_t i = 0; i < classes; i++) {
            block_length_[i] = region_.u64(256 + 24 * i);
            blocks_[i] = region_.u64(256 + 24 * i + 8);
            block_area_[i] = region_.u64(256 + 24 * i + 16);
            if (block_length_[i] != (std::uint64_t{32} << i) || blocks_[i] > (std::uint64_t{1} << 31)
                    || block_area_[i] % 64 != 0 || !fits(block_area_[i], blocks_[i] * block_length_[i])) {
                throw RegionError(path + ": the slab table is out of range");
            }
        }
    }

    /** A file is as long as its region or, in a file system of huge pages, as long as the pages that it takes. */
    static bool is_length_of(std::uint64_t file, std::uint64_t region) noexcept {
        bool is_length = file == region;
        for (std::uint64_t page = min_huge_page; region > 0 && region < file && page <= max_huge_page; page <<= 1) {
            is_length |= file == ((region + page - 1) & ~(page - 1));
        }
        return is_length;
    }

    bool fits(std::uint64_t area, std::uint64_t length) const noexcept {
        return area <= region_.length() && length <= region_.length() - area;
    }

    /** Takes what stands there; nothing of it counts until the version was seen unchanged. */
    Status take(std::size_t at, std::uint32_t identity, Entry &into) noexcept {
        const std::uint32_t word = static_cast<std::uint32_t>(region_.relaxed(at + 8) >> 32);
        const std::uint64_t value0 = region_.relaxed(at + 16);
        const std::uint64_t value1 = region_.relaxed(at + 24);
        if (((word & 0xFFFFFFu) | shard_bits_) != identity) return Status::stale_handle;
        const std::uint32_t kind = word >> 24 & 0x1F;
        into.length_ = 0;
        if (kind >= 2 && kind <= 18) {
            std::memcpy(into.bytes_.get(), &value0, 8);
            std::memcpy(into.bytes_.get() + 8, &value1, 8);
            into.length_ = kind - 2;
            return Status::ok;
        }
        if (kind == 19) return take_block(value0, static_cast<std::uint32_t>(value1), into);
        return kind == 1 ? Status::absent : Status::stale_handle;
    }

    /** A reference that may be torn is checked before it is followed; the version check that follows discards what it gave. */
    Status take_block(std::uint64_t block, std::uint32_t length, Entry &into) noexcept {
        const std::uint64_t size_class = block >> 56;
        const std::uint64_t index = block & ((std::uint64_t{1} << 56) - 1);
        if (size_class >= classes || index >= blocks_[size_class] || length > block_length_[size_class]
                || length > max_value_length_) {
            return Status::stale_handle;
        }
        if (length > into.capacity_) return Status::value_too_long;
        const std::size_t at = block_area_[size_class] + index * block_length_[size_class];
        for (std::uint32_t offset = 0; offset < length; offset += 8) {
            const std::uint64_t word = region_.relaxed(at + offset);
            const std::uint32_t left = length - offset;
            std::memcpy(into.bytes_.get() + offset, &word, left < 8 ? left : 8);
        }
        into.length_ = length;
        return Status::ok;
    }

    Status not_serving() const noexcept {
        switch (region_.relaxed(state_offset) >> 56) {
            case 2: return Status::epoch_changed;
            case 4: return Status::region_failed;
            case 5: return Status::region_retired;
            default: return Status::writer_unavailable;
        }
    }

    detail::Mapping region_;
    std::uint32_t shard_bits_ = 0;
    std::uint64_t keyed_slots_ = 0;
    std::uint64_t slots_ = 0;
    std::uint64_t keyed_area_ = 0;
    std::uint64_t anonymous_area_ = 0;
    std::uint32_t max_value_length_ = 0;
    std::array<std::uint64_t, classes> block_length_{};
    std::array<std::uint64_t, classes> blocks_{};
    std::array<std::uint64_t, classes> block_area_{};
    std::uint64_t serving_ = 0;
    std::uint64_t retries_ = 0;
};

}  // namespace needletail
