// Answers questions about one region from standard input, a line each: "HANDLE [LEVEL]". Prints status, version, length and the
// value in hex. "adopt" takes the present epoch, "alive" says whether the writer lives. "pairs A B N" reads both handles together N
// times at least and prints how often their values differed, and how many different ones were seen.
#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <sstream>
#include <string>

#include "needletail/reader.hpp"

namespace {

std::string pairs(needletail::Reader &reader, const std::string &line) {
    std::istringstream words{line};
    std::array<std::uint64_t, 2> handles{};
    std::uint64_t rounds = 0;
    words >> handles[0] >> handles[1] >> rounds;
    std::array<needletail::Entry, 2> entries{needletail::Entry{16}, needletail::Entry{16}};
    std::array<needletail::Status, 2> statuses{};
    std::uint64_t torn = 0, changes = 0;
    constexpr std::uint64_t enough = 100; // of them must be seen: the writer may start late
    std::uint8_t last[16] = {};
    for (std::uint64_t i = 0; i < rounds || (changes < enough && i < 1000 * rounds); i++) {
        if (reader.get(handles, entries, statuses) != needletail::Status::ok) return "unavailable";
        for (const auto status : statuses) {
            if (status != needletail::Status::ok) return "status " + std::to_string(static_cast<int>(status));
        }
        if (std::memcmp(entries[0].value(), entries[1].value(), 16) != 0) torn++;
        if (std::memcmp(entries[0].value(), last, 16) != 0) changes++;
        std::memcpy(last, entries[0].value(), 16);
    }
    return std::to_string(torn) + " " + std::to_string(changes);
}

}  // namespace

int main(int count, char **arguments) {
    if (count < 2) return 2;
    try {
        needletail::Reader reader{arguments[1]};
        needletail::Entry entry{1 << 16};
        std::puts("open");
        std::fflush(stdout);
        for (std::string line; std::getline(std::cin, line);) {
            if (line == "adopt") {
                reader.adopt_epoch();
                std::puts("adopted");
            } else if (line == "alive") {
                std::puts(reader.is_writer_alive() ? "yes" : "no");
            } else if (line.rfind("pairs ", 0) == 0) {
                std::puts(pairs(reader, line.substr(6)).c_str());
            } else {
                std::istringstream words{line};
                std::uint64_t handle = 0;
                int level = 0;
                words >> handle >> level;
                const auto status = level == 0 ? reader.get(handle, entry)
                                               : reader.get(handle, static_cast<needletail::Level>(level), entry);
                std::printf("%d %" PRIu64 " ", static_cast<int>(status), entry.version());
                const std::size_t length = status == needletail::Status::ok ? entry.length() : 0;
                for (std::size_t i = 0; i < length; i++) std::printf("%02x", entry.value()[i]);
                std::puts("");
            }
            std::fflush(stdout);
        }
        return 0;
    } catch (const needletail::RegionError &error) {
        std::printf("%s\n", error.what());
        return 1;
    }
}
