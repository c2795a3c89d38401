#ifndef TALENTCARD_TOOLS_BENCH_DISK_H_
#define TALENTCARD_TOOLS_BENCH_DISK_H_

#include <string>

// What a disk does by itself: the floor under everything durable.
namespace talentcard::bench {

// The median of one append of 512 bytes and fdatasync, in milliseconds.
double FsyncMs(const std::string& directory);

// Synced write batches of two rows a second, by `threads` threads on a RocksDB
// of its own.
double GroupCommits(const std::string& directory, int threads, double seconds);

}  // namespace talentcard::bench

#endif  // TALENTCARD_TOOLS_BENCH_DISK_H_
