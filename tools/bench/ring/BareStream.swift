import CacheHints
import Foundation
import Synchronization

/// Records that go from one core to the other without any ring: one fills 4,096 lines, then the other reads them.
///
/// They ask for lines ahead as far as the ring does.
enum BareStream {
  private static let lines = 4096

  /// The memory between the two, which belongs to whose turn it is.
  @safe private final class Shared: @unchecked Sendable {
    let records: UnsafeMutablePointer<BenchRecord>
    let turn = BareLine()
    // One side's each, read when both are done.
    var filling: UInt64 = 0
    var reading: UInt64 = 0

    init() {
      unsafe records = .allocate(capacity: lines)
      unsafe records.initialize(repeating: BenchRecord(-1), count: lines)
    }

    deinit { unsafe records.deallocate() }

    func fill(from first: Int) {
      for place in 0..<lines {
        unsafe hint_writes_soon(records + min(place + 32, lines - 1))
        unsafe records[place] = BenchRecord(first + place)
      }
    }

    func check(from first: Int) {
      for place in 0..<lines {
        unsafe hint_reads_soon(records + min(place + 16, lines - 1))
        unsafe records[place].check(first + place)
      }
    }
  }

  /// The seconds that the slower side worked for `count` records, rounded up to whole turns and then taken in part.
  static func seconds(_ count: Int) -> Double {
    let shared = Shared()
    let turns = (count + lines - 1) / lines
    _ = PinnedPair.seconds {
      for turn in 0..<turns {
        shared.turn.wait(for: 2 * turn, resting: true)
        shared.filling += nanoseconds { shared.fill(from: turn * lines) }
        shared.turn.word.store(2 * turn + 1, ordering: .releasing)
      }
    } and: {
      for turn in 0..<turns {
        shared.turn.wait(for: 2 * turn + 1, resting: true)
        shared.reading += nanoseconds { shared.check(from: turn * lines) }
        shared.turn.word.store(2 * turn + 2, ordering: .releasing)
      }
    }
    return Double(max(shared.filling, shared.reading)) * 1e-9 * Double(count) / Double(turns * lines)
  }

  private static func nanoseconds(_ work: () -> Void) -> UInt64 {
    let began = DispatchTime.now().uptimeNanoseconds
    work()
    return DispatchTime.now().uptimeNanoseconds - began
  }
}
