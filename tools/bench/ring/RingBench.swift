import CacheHints
import Foundation
import RingBuffer
import Synchronization

/// Times the ring between two pinned cores: 64-byte records, capacity 4,096, called from this other module.
///
///     RingBench single COUNT             pushed and popped one by one; a side that finds it full or empty rests
///     RingBench single-at-once COUNT     the same; it is looked at again at once
///     RingBench batched COUNT            staged, shown every 64, drained; looked at again at once
///     RingBench round-trip COUNT         one record there and back through two rings; resting
///     RingBench round-trip-at-once COUNT the same; looked at again at once
///     RingBench line COUNT               a bare cache line bounced between the cores; looked at again at once
///     RingBench line-resting COUNT       the same; resting
///     RingBench line-each-way COUNT      two bare cache lines, one there and one back; looked at again at once
///     RingBench stream COUNT             4,096 bare cache lines, filled by one core and then read by the other, in turns
///
/// The last two are what no ring can be much faster than: a queue each way is two lines, not one that is written by
/// who has just read it, and a record is a line.
///
/// Resting is the handles' `rest`. It helps, because a look takes a cache line away from the other side, which
/// then waits for it: so a ring is also set beside another that waits in the same way.
///
/// Prints one JSON object with the count and the seconds; of a stream in turns, the seconds of the slower side.
@main
struct RingBench {
  static func main() {
    let words = CommandLine.arguments
    let works = [
      "single": { oneByOne($0, resting: true) }, "single-at-once": { oneByOne($0, resting: false) },
      "batched": batched,
      "round-trip": { roundTrip($0, resting: true) },
      "round-trip-at-once": { roundTrip($0, resting: false) },
      "line": { bareLine($0, resting: false) }, "line-resting": { bareLine($0, resting: true) },
      "line-each-way": bareLineEachWay, "stream": BareStream.seconds,
    ]
    guard words.count == 3, let work = works[words[1]], let count = Int(words[2]), count > 0 else {
      print("RingBench \(works.keys.sorted().joined(separator: "|")) COUNT")
      exit(64)
    }
    print("{\"count\": \(count), \"seconds\": \(work(count))}")
  }

  @inline(__always)
  private static func oneByOne(_ count: Int, resting: Bool) -> Double {
    let ring = RingBuffer<BenchRecord>(capacity: 4096)
    return PinnedPair.seconds {
      var producer = ring.makeProducer()
      for number in 0..<count {
        let record = BenchRecord(number)
        while !producer.tryPush(record) {
          if resting { producer.rest() }
        }
      }
    } and: {
      var consumer = ring.makeConsumer()
      for number in 0..<count {
        while true {
          guard let record = consumer.tryPop() else {
            if resting { consumer.rest() }
            continue
          }
          record.check(number)
          break
        }
      }
    }
  }

  private static func batched(_ count: Int) -> Double {
    let ring = RingBuffer<BenchRecord>(capacity: 4096)
    return PinnedPair.seconds {
      var producer = ring.makeProducer()
      for number in 0..<count {
        let record = BenchRecord(number)
        while !producer.stage(record) { producer.publish() }
        producer.publish(every: 64)
      }
      producer.publish()
    } and: {
      var consumer = ring.makeConsumer()
      var number = 0
      while number < count {
        _ = consumer.drain {
          $0.check(number)
          number += 1
        }
      }
    }
  }

  @inline(__always)
  private static func roundTrip(_ count: Int, resting: Bool) -> Double {
    let there = RingBuffer<BenchRecord>(capacity: 4096)
    let back = RingBuffer<BenchRecord>(capacity: 4096)
    return PinnedPair.seconds {
      var consumer = there.makeConsumer()
      var producer = back.makeProducer()
      for _ in 0..<count {
        while true {
          guard let record = consumer.tryPop() else {
            if resting { consumer.rest() }
            continue
          }
          while !producer.tryPush(record) {}
          break
        }
      }
    } and: {
      var producer = there.makeProducer()
      var consumer = back.makeConsumer()
      for number in 0..<count {
        while !producer.tryPush(BenchRecord(number)) {}
        while true {
          guard let record = consumer.tryPop() else {
            if resting { consumer.rest() }
            continue
          }
          record.check(number)
          break
        }
      }
    }
  }

  /// `resting` is what a ring's `rest` is for records that come one at a time.
  @inline(__always)
  private static func bareLine(_ count: Int, resting: Bool) -> Double {
    let line = BareLine()
    return PinnedPair.seconds {
      for number in 0..<count {
        line.wait(for: 2 * number + 1, resting: resting)
        line.word.store(2 * number + 2, ordering: .releasing)
      }
    } and: {
      for number in 0..<count {
        line.word.store(2 * number + 1, ordering: .releasing)
        line.wait(for: 2 * number + 2, resting: resting)
      }
    }
  }

  private static func bareLineEachWay(_ count: Int) -> Double {
    let there = BareLine()
    let back = BareLine()
    return PinnedPair.seconds {
      for number in 1...count {
        there.wait(for: number, resting: false)
        back.word.store(number, ordering: .releasing)
      }
    } and: {
      for number in 1...count {
        there.word.store(number, ordering: .releasing)
        back.wait(for: number, resting: false)
      }
    }
  }
}

/// A word with no other near it.
final class BareLine: Sendable {
  private let before = InlineArray<16, Int>(repeating: 0)
  let word = Atomic<Int>(0)
  private let after = InlineArray<16, Int>(repeating: 0)

  @inline(__always)
  func wait(for value: Int, resting: Bool) {
    while word.load(ordering: .acquiring) != value {
      if resting { hint_rests(1) }
    }
  }
}

/// A record as large as the journal's: a number, and what fills a cache line.
///
/// Vectors, because that is how a compiler copies a record of this size: boost's is copied so too.
struct BenchRecord: BitwiseCopyable, Sendable {
  var words: SIMD8<Int>

  init(_ number: Int) { words = SIMD8(repeating: number) }

  /// Ends the program when it is not the record that was due.
  @inline(__always) func check(_ number: Int) {
    if words[0] != number || words[7] != number { fatalError("record \(number) is \(words[0])") }
  }
}
