import FileFormats
import Synchronization
import Telemetry

/// Lets threads of its own read stretches of inputs, a few ahead of who takes them in their order.
///
/// Who would have to wait for one reads another himself, so that no processor is idle while there is text. The
/// stretches are made once and go round; memory stays flat. Whoever takes them must call `end` in any case.
final class StretchesAhead: Sendable {
  /// One of those that go round; belongs to who cuts and reads it, and then to who takes it.
  private final class Slot: @unchecked Sendable {
    let stretch: InputStretch
    /// Whether there is none any more.
    var isEnd = false
    /// One to take when it has been read, or is the end.
    let read = Semaphore()

    init(bytes: Int) { stretch = InputStretch(bytes: bytes) }
  }

  /// What is cut next; belongs to who has taken `turn`.
  ///
  /// A semaphore does for a lock: ThreadSanitizer follows it, but not a `Mutex` that somebody waits for.
  private final class Cutting: @unchecked Sendable {
    let cutter: InputCutter
    /// How many were cut; nil when there is no more to cut.
    var count: Int? = 0
    let turn = Semaphore()

    init(_ cutter: InputCutter) {
      self.cutter = cutter
      turn.signal()
    }
  }

  /// Enough that who steps and who reads seldom meet, little enough for a processor's cache.
  private static let count = 8

  private let slots: [Slot]
  private let cutting: Cutting
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
    slots = (0..<Self.count).map { _ in Slot(bytes: bytes) }
    cutting = Cutting(cutter)
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
    guard let slot = cutNext() else { return false }
    slot.stretch.read()
    slot.read.signal()
    return true
  }

  private func cutNext() -> Slot? {
    cutting.turn.wait()
    defer { cutting.turn.signal() }
    guard let count = cutting.count else { return nil }
    let slot = slots[count % slots.count]
    if cutting.cutter.cut(into: slot.stretch) {
      cutting.count = count + 1
      return slot
    }
    cutting.count = nil
    slot.isEnd = true
    // Who waits for it finds that it is the end.
    slot.read.signal()
    return nil
  }

  /// The next stretch; nil at the end. It must be given back before the one after it is taken.
  func take() -> InputStretch? {
    let slot = slots[taken.load(ordering: .relaxed) % slots.count]
    while !slot.read.takeIfThere() {
      if free.takeIfThere(), readNext() { continue }
      slot.read.wait()
      break
    }
    return slot.isEnd ? nil : slot.stretch
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
