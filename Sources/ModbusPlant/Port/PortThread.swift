import Glibc

/// A thread that runs one closure; signals stay with the threads that were there before.
struct PortThread: ~Copyable {
  private let thread: pthread_t

  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Starts the thread; throws where the system has none left.
  init(_ body: @escaping @Sendable () -> Void) throws(PortError) {
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
      throw .noThread(systemText(code))
    }
    self.thread = thread
  }

  /// Waits until the closure has returned.
  consuming func join() { pthread_join(thread, nil) }
}
