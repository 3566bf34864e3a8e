// boost::lockfree::spsc_queue between two pinned cores: 64-byte records, capacity 4,096.
//
//     boost_ring single COUNT              pushed and popped one by one, as its documentation shows
//     boost_ring single-resting COUNT      the same; a side that finds it full or empty rests as ours does
//     boost_ring batched COUNT             pushed 64 at a time, taken all at once
//     boost_ring round-trip COUNT          one record there and back through two queues
//     boost_ring round-trip-resting COUNT  the same, resting
//
// Prints one JSON object with the count and the seconds.
#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <boost/lockfree/spsc_queue.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

// On a line of its own, as in the ring's bench.
struct alignas(64) Record {
  long words[8];
  Record() = default;
  explicit Record(long number) {
    for (long &word : words) word = number;
  }
  void check(long number) const {
    if (words[0] != number || words[7] != number) {
      std::fprintf(stderr, "record %ld is %ld\n", number, words[0]);
      std::abort();
    }
  }
};

using Ring = boost::lockfree::spsc_queue<Record, boost::lockfree::capacity<4096>>;

static void pin(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  if (pthread_setaffinity_np(pthread_self(), sizeof set, &set) != 0) std::abort();
}

// How a side waits before it looks again: at once, or as the ring's own sides do it (RingRest.swift, hints.h).
class Rest {
 public:
  explicit Rest(bool rests) : rests_(rests) {}
  void found() { passed_++; }
  void nothing() {
    if (!rests_) return;
    unsigned long long ticks = 200 * std::max(1L, std::min(64L, passed_)), began = __builtin_ia32_rdtsc();
    passed_ = 0;
    do __builtin_ia32_pause();
    while (__builtin_ia32_rdtsc() - began < ticks);
  }

 private:
  bool rests_;
  long passed_ = 0;
};

template <class First, class Second>
static double seconds(First first, Second second) {
  std::atomic<int> ready{0};
  double result = 0;
  auto together = [&](int core) {
    pin(core);
    ready.fetch_add(1);
    while (ready.load() < 2) {
    }
  };
  std::thread one([&] {
    together(0);
    first();
  });
  std::thread two([&] {
    together(1);
    auto began = std::chrono::steady_clock::now();
    second();
    result = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  });
  one.join();
  two.join();
  return result;
}

int main(int argc, char **argv) {
  if (argc != 3) return 64;
  long count = std::atol(argv[2]);
  auto there = std::make_unique<Ring>(), back = std::make_unique<Ring>();
  double took = 0;
  std::string kind = argv[1];
  bool rests = kind == "single-resting" || kind == "round-trip-resting";
  if (kind == "single" || kind == "single-resting") {
    took = seconds(
        [&] {
          Rest rest(rests);
          for (long number = 0; number < count; number++) {
            Record record(number);
            while (!there->push(record)) rest.nothing();
            rest.found();
          }
        },
        [&] {
          Rest rest(rests);
          Record record;
          for (long number = 0; number < count; number++) {
            while (!there->pop(record)) rest.nothing();
            rest.found();
            record.check(number);
          }
        });
  } else if (kind == "batched") {
    took = seconds(
        [&] {
          Record batch[64];
          for (long number = 0; number < count;) {
            long filled = 0;
            while (filled < 64 && number < count) batch[filled++] = Record(number++);
            for (long pushed = 0; pushed < filled;) pushed += there->push(batch + pushed, filled - pushed);
          }
        },
        [&] {
          long number = 0;
          while (number < count) there->consume_all([&](const Record &record) { record.check(number++); });
        });
  } else if (kind == "round-trip" || kind == "round-trip-resting") {
    took = seconds(
        [&] {
          Rest rest(rests);
          Record record;
          for (long number = 0; number < count; number++) {
            while (!there->pop(record)) rest.nothing();
            rest.found();
            while (!back->push(record)) {
            }
          }
        },
        [&] {
          Rest rest(rests);
          Record record;
          for (long number = 0; number < count; number++) {
            while (!there->push(Record(number))) {
            }
            while (!back->pop(record)) rest.nothing();
            rest.found();
            record.check(number);
          }
        });
  } else {
    return 64;
  }
  std::printf("{\"count\": %ld, \"seconds\": %.9f}\n", count, took);
}
