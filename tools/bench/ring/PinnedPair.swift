import Foundation
import Synchronization

/// Two threads, each pinned to a core of its own, that begin together.
enum PinnedPair {
  private final class Meeting: Sendable {
    let ready = Atomic<Int>(0)
    let nanoseconds = Atomic<UInt64>(0)
  }

  /// Runs both and answers with the seconds that the second took.
  static func seconds(
    _ first: @escaping @Sendable () -> Void, and second: @escaping @Sendable () -> Void
  ) -> Double {
    let meeting = Meeting()
    let done = DispatchSemaphore(value: 0)
    func start(on core: Int, _ work: @escaping @Sendable () -> Void) {
      Thread.detachNewThread {
        pin(to: core)
        _ = meeting.ready.wrappingAdd(1, ordering: .acquiringAndReleasing)
        while meeting.ready.load(ordering: .acquiring) < 2 {}
        let began = DispatchTime.now().uptimeNanoseconds
        work()
        meeting.nanoseconds.store(DispatchTime.now().uptimeNanoseconds - began, ordering: .releasing)
        done.signal()
      }
    }
    start(on: 0, first)
    start(on: 1, second)
    done.wait()
    done.wait()
    return Double(meeting.nanoseconds.load(ordering: .acquiring)) * 1e-9
  }

  /// Pins the calling thread to one core.
  ///
  /// Glibc's overlay leaves out what needs _GNU_SOURCE, so the function is looked up by its name.
  private static func pin(to core: Int) {
    typealias SetAffinity = @convention(c) (Int32, Int, UnsafeRawPointer) -> Int32
    var mask = UInt64(1) << UInt64(core)
    guard let symbol = unsafe dlsym(nil, "sched_setaffinity") else { fatalError("no sched_setaffinity") }
    let setAffinity = unsafe unsafeBitCast(symbol, to: SetAffinity.self)
    if unsafe setAffinity(0, 8, &mask) != 0 { fatalError("no core \(core) to pin a thread to") }
  }
}
