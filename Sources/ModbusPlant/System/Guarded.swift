import Glibc

/// A value behind a POSIX mutex: whoever reads or writes it holds the lock.
///
/// The standard library's `Mutex` hands a contended lock on inside the kernel, where ThreadSanitizer does not
/// see it and reports races that are none; this one it follows, so that the races it reports are real.
@safe
final class Guarded<Value>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private var value: Value

  /// A lock around a value, which nobody else may keep.
  init(_ value: sending Value) {
    unsafe mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    let code = unsafe pthread_mutex_init(mutex, nil)
    precondition(code == 0, "the system has no mutex to give")
    self.value = value
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  /// Runs the body alone; it must not take the same lock again.
  func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body(&value)
  }
}
