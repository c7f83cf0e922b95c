// A reader process, in C++: reads hot entries as fast as it can and checks that each value's second word belongs to its first and
// that versions do not fall. Arguments: region, reads, handles. Prints "reading", then: reads torn backwards retries.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "needletail/reader.hpp"

static std::uint64_t partner(std::uint64_t word) { return (word ^ 0x5DEECE66D15Eull) * 0x9E3779B97F4A7C15ull; }

int main(int count, char **arguments) {
    if (count < 4) return 2;
    needletail::Reader reader{arguments[1]};
    const std::uint64_t reads = std::strtoull(arguments[2], nullptr, 10);
    std::vector<std::uint64_t> handles;
    for (int i = 3; i < count; i++) handles.push_back(std::strtoull(arguments[i], nullptr, 10));
    std::vector<std::uint64_t> versions(handles.size());
    std::puts("reading");
    std::fflush(stdout);
    needletail::Entry entry{64};
    std::uint64_t torn = 0, backwards = 0;
    for (std::uint64_t i = 0; i < reads; i++) {
        const std::size_t at = i % handles.size();
        const auto status = reader.get(handles[at], entry);
        const std::size_t last = entry.length() - 8;
        torn += status == needletail::Status::ok && entry.length() >= 16 && entry.word(last) == partner(entry.word(0)) ? 0 : 1;
        backwards += entry.version() < versions[at] ? 1 : 0;
        versions[at] = entry.version();
    }
    std::printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", reads, torn, backwards, reader.retries());
    return 0;
}
