import Glibc
import Quantities
import RingBuffer
import SorterModel
import Synchronization
import Telemetry

/// Where a scanner's lines come from.
public enum ScannerSource: Hashable, Sendable {
  /// A scanner connects to this address; port 0 picks a free one.
  case listen(host: String, port: UInt16)
  /// The scanner is connected to, and again whenever the connection is lost.
  case connect(host: String, port: UInt16)
  /// The program's standard input.
  case standardInput
}

/// A scanner's reading on its way to the control thread.
@frozen
public struct HeardReading: BitwiseCopyable, Sendable {
  /// The reading.
  public var reading: ScannerReading
  /// When it was heard, on the monotonic clock: one that waits too long could be taken for another piece's.
  public var at: Nanoseconds

  /// A reading that was heard at a moment.
  @inlinable
  public init(_ reading: ScannerReading, at: Nanoseconds) {
    self.reading = reading
    self.at = at
  }
}

/// Reads a scanner's lines on a thread of its own and passes readings to the control thread by a ring.
///
/// Every loss is counted and none is made up for: a piece whose reading did not come in time is
/// rejected or goes round. When the ring is full a reading is dropped and counted.
public final class ScannerFeed: Sendable {
  /// What became of the lines so far; readable from any thread.
  public struct Counts: Hashable, Sendable {
    /// Readings passed on.
    public var readings: UInt64
    /// Lines that were no reading.
    public var faults: UInt64
    /// Readings that found the ring full.
    public var dropped: UInt64
    /// Connections so far.
    public var connections: UInt64
    /// Connections that were turned away because a scanner was being heard.
    public var turnedAway: UInt64
    /// Whether a scanner is connected now.
    public var isConnected: Bool
  }

  /// Makes a reading of a line without its line end; nil for a line that is none, and a text for a fault.
  public typealias Reader = @Sendable ([UInt8]) -> Result<ScannerReading?, LineFault>

  /// What is wrong with a line.
  public struct LineFault: Error, Hashable, Sendable {
    /// In words.
    public var text: String

    /// A fault.
    public init(_ text: String) { self.text = text }
  }

  /// The longest line, in bytes; what goes on longer is dropped up to its end, and counted once.
  public static let lineLimit = 4096

  /// Whether a scanner is being heard, for the control thread to watch.
  public var presence: ScannerPresence { shared.presence }

  private let shared = Shared()
  private let ring: RingBuffer<HeardReading>
  private let line: LineSocket
  private let worker: Worker

  /// The thread's handle, joined once.
  private final class Worker: @unchecked Sendable {
    var thread: WorkerThread?
    init(_ thread: consuming WorkerThread) { self.thread = consume thread }
  }

  /// Starts to read.
  ///
  /// - Parameters:
  ///   - slots: how many readings may wait, a power of two.
  ///   - told: is called on the feed's thread with the first faults and at most one a second later on.
  /// - Throws: `ScannerFeedError` when the address cannot be used.
  public init(
    _ source: ScannerSource, slots: Int = 1024, allowsBeyondLoopback: Bool = false,
    reading: @escaping Reader, told: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(ScannerFeedError) {
    ring = RingBuffer(capacity: slots)
    line = try LineSocket(source, allowsBeyondLoopback: allowsBeyondLoopback)
    let shared = shared
    let line = line
    let producer = PortEnds(ring.makeProducer())
    do throws(RecorderError) {
      worker = Worker(
        try WorkerThread {
          var work = FeedWork(producer.take(), line, shared, reading, told)
          work.run()
        })
    } catch {
      throw ScannerFeedError(description: "no thread for the scanner feed: \(error)")
    }
  }

  /// The control thread's end of the ring, taken once.
  public func makeConsumer() -> RingConsumer<HeardReading> { ring.makeConsumer() }

  /// The port that is listened on; 0 where the feed does not listen.
  public var port: UInt16 { line.port }

  /// What became of the lines so far.
  public var counts: Counts {
    Counts(
      readings: shared.readings.load(ordering: .relaxed), faults: shared.faults.load(ordering: .relaxed),
      dropped: shared.dropped.load(ordering: .relaxed),
      connections: shared.connections.load(ordering: .relaxed),
      turnedAway: line.turnedAway.load(ordering: .relaxed),
      isConnected: shared.presence.isConnected.load(ordering: .relaxed))
  }

  /// Whether nothing more will come: standard input has ended.
  public var hasEnded: Bool { shared.hasEnded.load(ordering: .acquiring) }

  /// Stops reading and waits for the thread, at most a quarter of a second.
  public func stop() {
    shared.shouldStop.store(true, ordering: .releasing)
    if let thread = worker.thread.take() { thread.join() }
    line.close()
  }

  /// What the feed's thread and others share.
  final class Shared: Sendable {
    let shouldStop = Atomic<Bool>(false)
    let hasEnded = Atomic<Bool>(false)
    let presence = ScannerPresence()
    let readings = Atomic<UInt64>(0)
    let faults = Atomic<UInt64>(0)
    let dropped = Atomic<UInt64>(0)
    let connections = Atomic<UInt64>(0)
  }
}

/// Whether a scanner with a wire of its own is there: its feed's thread writes, any may read.
public final class ScannerPresence: Sendable {
  let isConnected = Atomic<Bool>(false)

  /// Nobody is there yet.
  public init() {}
}

/// Why a feed cannot begin.
public struct ScannerFeedError: Error, Hashable, Sendable, CustomStringConvertible {
  /// In words, with the address.
  public var description: String
}

/// The feed's work, on its own thread.
private struct FeedWork: ~Copyable {
  var ring: RingProducer<HeardReading>
  let line: LineSocket
  let shared: ScannerFeed.Shared
  let reading: ScannerFeed.Reader
  let told: @Sendable (String) -> Void
  var splitter = LineSplitter(limit: ScannerFeed.lineLimit)
  var lineNumber: UInt64 = 0
  var lastTold = Int64.min / 2
  var toldCount = 0

  init(
    _ ring: consuming RingProducer<HeardReading>, _ line: LineSocket, _ shared: ScannerFeed.Shared,
    _ reading: @escaping ScannerFeed.Reader, _ told: @escaping @Sendable (String) -> Void
  ) {
    self.ring = ring
    self.line = line
    self.shared = shared
    self.reading = reading
    self.told = told
  }

  mutating func run() {
    var bytes = [UInt8](repeating: 0, count: 16 << 10)
    var wasConnected = false
    while !shared.shouldStop.load(ordering: .acquiring) {
      let found = line.read(into: &bytes, patience: 100)
      if line.isConnected != wasConnected {
        wasConnected = line.isConnected
        shared.presence.isConnected.store(wasConnected, ordering: .relaxed)
        if wasConnected { shared.connections.add(1, ordering: .relaxed) }
        // What a lost connection left half said is no line.
        splitter.forget()
      }
      switch found {
      case .bytes(let count): take(bytes[..<count])
      case .nothing: break
      case .ended:
        finishLastLine()
        shared.presence.isConnected.store(false, ordering: .relaxed)
        shared.hasEnded.store(true, ordering: .releasing)
        return
      }
    }
  }

  /// Standard input's last line may lack its end.
  private mutating func finishLastLine() {
    if let line = splitter.rest() { take(line: line) }
  }

  private mutating func take(_ bytes: ArraySlice<UInt8>) {
    for byte in bytes {
      switch splitter.step(byte) {
      case .more: continue
      case .line(let line): take(line: line)
      case .tooLong:
        lineNumber += 1
        fault("the line is longer than \(ScannerFeed.lineLimit) bytes")
      }
    }
  }

  private mutating func take(line: [UInt8]) {
    lineNumber += 1
    switch reading(line) {
    case .success(nil): break
    case .success(let reading?):
      if ring.tryPush(HeardReading(reading, at: self.line.arrivedAt)) {
        shared.readings.add(1, ordering: .relaxed)
      } else {
        shared.dropped.add(1, ordering: .relaxed)
      }
    case .failure(let wrong): fault(wrong.text)
    }
  }

  private mutating func fault(_ text: String) {
    shared.faults.add(1, ordering: .relaxed)
    var clock = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &clock)
    let now = Int64(clock.tv_sec)
    guard toldCount < 10 || now > lastTold else { return }
    toldCount += 1
    lastTold = now
    told("scanner line \(lineNumber): \(text)")
  }
}

/// Puts bytes together to lines.
struct LineSplitter {
  private var line: [UInt8] = []
  private var isTooLong = false
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  enum Step { case more, line([UInt8]), tooLong }

  /// Takes one byte in; a line ends with LF or CR.
  mutating func step(_ byte: UInt8) -> Step {
    if byte == 0x0A || byte == 0x0D {
      defer { forget() }
      return isTooLong || line.isEmpty ? .more : .line(line)
    }
    if isTooLong { return .more }
    if line.count == limit {
      isTooLong = true
      return .tooLong
    }
    line.append(byte)
    return .more
  }

  /// What was begun and not ended.
  mutating func rest() -> [UInt8]? {
    defer { forget() }
    return isTooLong || line.isEmpty ? nil : line
  }

  mutating func forget() {
    line.removeAll(keepingCapacity: true)
    isTooLong = false
  }
}
