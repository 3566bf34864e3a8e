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

  /// Takes one where there is one; false where there is none.
  package func takeIfThere() -> Bool {
    while true {
      if unsafe sem_trywait(word) == 0 { return true }
      if errno != EINTR { return false }
    }
  }

  /// Sleeps until there is one, and takes it.
  package func wait() {
    while unsafe sem_wait(word) != 0 && errno == EINTR {}
  }
}
