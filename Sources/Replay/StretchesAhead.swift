import FileFormats
import Synchronization
import Telemetry

/// Lets threads of its own read stretches of inputs, a few ahead of who takes them in their order.
///
/// Who would have to wait for one reads another himself, so that no processor is idle while there is text. The
/// stretches are made once and go round; memory stays flat. Whoever takes them must call `end` in any case.
final class StretchesAhead: Sendable {
  /// One of those that go round.
  private struct Slot: Sendable {
    let stretch: InputStretch
    /// One to take when it has been read.
    let read = Semaphore()
  }

  /// What is cut next; belongs to who holds the lock.
  private struct Cutting: Sendable {
    let cutter: InputCutter
    /// How many were cut; nil when there is no more to cut.
    var count: Int? = 0
    /// Which one is behind the last.
    var end: Int?
  }

  /// Enough that who steps and who reads seldom meet, little enough for a processor's cache.
  private static let count = 8

  private let slots: [Slot]
  private let cutting: Mutex<Cutting>
  private let free = Semaphore()
  private let shouldStop = Atomic<Bool>(false)
  /// How many were given back.
  private let taken = Atomic<Int>(0)
  private let readers: Mutex<[Reader]>

  /// A thread, in an array.
  private final class Reader: Sendable {
    private let thread: Mutex<WorkerThread?>

    init?(_ body: @escaping @Sendable () -> Void) {
      guard let started = try? WorkerThread(body) else { return nil }
      thread = Mutex(nil)
      keep(started)
    }

    private func keep(_ started: consuming WorkerThread) {
      var started = Optional(started)
      thread.withLock { $0 = started.take() }
    }

    func join() {
      var ended: WorkerThread?
      thread.withLock { ended = $0.take() }
      if let ended { ended.join() }
    }
  }

  /// Stretches of up to so many bytes, read by so many threads and by who takes them.
  ///
  /// Where the system gives no thread there are fewer: all is read in any case.
  init(_ cutter: InputCutter, bytes: Int, readers count: Int) {
    slots = (0..<Self.count).map { _ in Slot(stretch: InputStretch(bytes: bytes)) }
    cutting = Mutex(Cutting(cutter: cutter))
    readers = Mutex([])
    for _ in slots { free.signal() }
    let started = (0..<count).compactMap { _ in Reader { [self] in readAhead() } }
    readers.withLock { $0 = started }
  }

  private func readAhead() {
    while true {
      free.wait()
      if shouldStop.load(ordering: .acquiring) || !readNext() { return }
    }
  }

  /// Cuts the next stretch and reads it; false where there is none. Who calls has taken a free slot.
  private func readNext() -> Bool {
    let slot = cutting.withLock { cutting -> Slot? in
      guard let count = cutting.count else { return nil }
      let slot = slots[count % slots.count]
      if cutting.cutter.cut(into: slot.stretch) {
        cutting.count = count + 1
        return slot
      }
      cutting.count = nil
      cutting.end = count
      // Who waits for it finds that it is the end.
      slot.read.signal()
      return nil
    }
    guard let slot else { return false }
    slot.stretch.read()
    slot.read.signal()
    return true
  }

  /// The next stretch; nil at the end. It must be given back before the one after it is taken.
  func take() -> InputStretch? {
    let place = taken.load(ordering: .relaxed)
    let slot = slots[place % slots.count]
    while !slot.read.takeIfThere() {
      if free.takeIfThere(), readNext() { continue }
      slot.read.wait()
      break
    }
    return cutting.withLock { $0.end == place } ? nil : slot.stretch
  }

  /// Gives the stretch back that was taken.
  func giveBack() {
    taken.wrappingAdd(1, ordering: .relaxed)
    free.signal()
  }

  /// Stops the threads and waits until they are gone.
  func end() {
    shouldStop.store(true, ordering: .releasing)
    let ended = readers.withLock { readers in
      defer { readers = [] }
      return readers
    }
    for _ in ended { free.signal() }
    for reader in ended { reader.join() }
  }
}
