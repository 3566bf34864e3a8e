import Glibc
import Synchronization
import Telemetry

/// A thread that runs one closure and can be waited for.
final class FeedThread: @unchecked Sendable {
  private var thread = pthread_t()
  private let isJoined = Atomic<Bool>(false)

  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  init(_ body: @escaping @Sendable () -> Void) throws(ScannerFeedError) {
    let work = unsafe Unmanaged.passRetained(Work(body))
    let code = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, unsafe work.toOpaque())
    if code != 0 {
      unsafe work.release()
      throw ScannerFeedError(description: "no thread for the scanner feed: \(systemText(code))")
    }
  }

  /// Waits for the thread's end; a second call does nothing.
  func join() {
    guard !isJoined.exchange(true, ordering: .acquiringAndReleasing) else { return }
    _ = pthread_join(thread, nil)
  }
}
