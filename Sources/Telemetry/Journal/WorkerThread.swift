import Glibc

/// A POSIX thread that runs one closure; signals stay with the threads that were there before.
package struct WorkerThread: ~Copyable {
  private let thread: pthread_t

  /// What the thread runs, carried through a C pointer.
  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Starts the thread.
  package init(_ body: @escaping @Sendable () -> Void) throws(RecorderError) {
    let work = unsafe Unmanaged.passRetained(Work(body))
    // SIGINT and its like are for the thread that can act on them.
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
      throw .thread(errno: code)
    }
    self.thread = thread
  }

  /// Waits until the closure has returned.
  package consuming func join() { pthread_join(thread, nil) }
}
