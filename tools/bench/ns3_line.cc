// A plain sorting line on ns-3's event core: feeder, scanner, one of N diverters, bin; four events a piece.
//
//   ns3_line SCHEDULER PIECES     SCHEDULER: map, heap, calendar, queue
//
// Prints one JSON object with the pieces and the seconds that the event loop took. The geometry is plain-line's.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "ns3/calendar-scheduler.h"
#include "ns3/heap-scheduler.h"
#include "ns3/map-scheduler.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/priority-queue-scheduler.h"
#include "ns3/simulator.h"

namespace {

constexpr std::uint64_t kBins = 96;
constexpr std::int64_t kNanosecondsPerMillimetre = 250'000;  // 4 m/s
constexpr std::int64_t kPitch = 120'000'000;
constexpr std::int64_t kToScanner = 1500 * kNanosecondsPerMillimetre;
constexpr std::int64_t kConfirm = 200 * kNanosecondsPerMillimetre;

std::uint64_t remaining;
std::uint64_t counts[kBins];
std::uint64_t state = 1;

// A small fast generator, so that drawing costs ns-3 nothing to speak of.
std::uint64_t Draw() {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(state) * kBins) >> 64);
}

void Sorted(std::uint32_t bin) { ++counts[bin]; }

void Diverted(std::uint32_t bin) { ns3::Simulator::Schedule(ns3::TimeStep(kConfirm), &Sorted, bin); }

void Scanned() {
  const auto bin = static_cast<std::uint32_t>(Draw());
  const std::int64_t distance = 6000 + 400 * static_cast<std::int64_t>(bin) - 1500;
  ns3::Simulator::Schedule(ns3::TimeStep(distance * kNanosecondsPerMillimetre), &Diverted, bin);
}

void Feed() {
  ns3::Simulator::Schedule(ns3::TimeStep(kToScanner), &Scanned);
  if (--remaining > 0) ns3::Simulator::Schedule(ns3::TimeStep(kPitch), &Feed);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  const std::string name = argv[1];
  const std::uint64_t pieces = std::strtoull(argv[2], nullptr, 10);
  ns3::ObjectFactory factory;
  if (name == "map") factory.SetTypeId(ns3::MapScheduler::GetTypeId());
  else if (name == "heap") factory.SetTypeId(ns3::HeapScheduler::GetTypeId());
  else if (name == "calendar") factory.SetTypeId(ns3::CalendarScheduler::GetTypeId());
  else if (name == "queue") factory.SetTypeId(ns3::PriorityQueueScheduler::GetTypeId());
  else return 64;
  ns3::Simulator::SetScheduler(factory);

  remaining = pieces;
  ns3::Simulator::Schedule(ns3::TimeStep(0), &Feed);
  const auto began = std::chrono::steady_clock::now();
  ns3::Simulator::Run();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  ns3::Simulator::Destroy();

  std::uint64_t sorted = 0;
  for (const auto count : counts) sorted += count;
  if (sorted != pieces) return 70;
  std::printf("{\"pieces\": %llu, \"seconds\": %.9f}\n", static_cast<unsigned long long>(pieces), seconds.count());
}
