// Answers questions about one region from standard input, a line each: "HANDLE [LEVEL]". Prints status, version, length and the
// value in hex. "adopt" takes the present epoch, "alive" says whether the writer lives.
#include <cinttypes>
#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>

#include "needletail/reader.hpp"

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
