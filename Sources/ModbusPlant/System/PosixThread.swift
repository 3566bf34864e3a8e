import Glibc

/// A POSIX thread that runs one closure; signals stay with the threads that were there before.
struct PosixThread: Sendable {
  private let thread: pthread_t

  /// What the thread runs, carried through a C pointer.
  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Starts the thread; nil where the system has none to give.
  init?(_ body: @escaping @Sendable () -> Void) {
    let work = unsafe Unmanaged.passRetained(Work(body))
    var all = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    var thread = pthread_t()
    let code = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    if code != 0 {
      unsafe work.release()
      return nil
    }
    self.thread = thread
  }

  /// Waits until the closure has returned; to be called once.
  func join() { pthread_join(thread, nil) }
}
