import Glibc

/// A counting semaphore: sleeps a thread until another has something for it.
@safe
package final class Semaphore: @unchecked Sendable {
  private let word: UnsafeMutablePointer<sem_t>

  /// A semaphore with nothing to take.
  package init() {
    unsafe word = .allocate(capacity: 1)
    unsafe word.initialize(to: sem_t())
    let result = unsafe sem_init(word, 0, 0)
    precondition(result == 0, "a semaphore could not be made")
  }

  deinit {
    unsafe sem_destroy(word)
    unsafe word.deallocate()
  }

  /// Adds one.
  package func signal() { _ = unsafe sem_post(word) }

  /// Sleeps until there is one, and takes it.
  package func wait() {
    while unsafe sem_wait(word) != 0 && errno == EINTR {}
  }
}
