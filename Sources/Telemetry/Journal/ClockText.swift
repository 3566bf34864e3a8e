/// The texts of a moment that all events of one second share: the timestamp and the elapsed seconds.
///
/// A second costs two digits and the elapsed seconds; only a minute costs the calendar.
@safe
struct ClockText: ~Copyable {
  private static let timestampRoom = 128
  private static let room = 256

  private let startsAt: Int64
  private let memory: UnsafeMutablePointer<UInt8>
  /// The second since the run's beginning that the texts stand for; -1 before the first.
  private(set) var second: Int64 = -1
  // The wall-clock minute whose calendar is in memory.
  private var minute = Int64.min
  private var timestampCount = 0
  private var elapsedCount = 0

  /// The clock of a run that begins so many seconds after 1970.
  init(startsAt: Int64) {
    self.startsAt = startsAt
    unsafe memory = .allocate(capacity: Self.room + LineCursor.slack)
    unsafe memory.initialize(repeating: 0, count: Self.room + LineCursor.slack)
  }

  deinit { unsafe memory.deallocate() }

  /// `,"timestamp":"2026-01-05T18:00:01.`
  var timestamp: Fragment {
    @inline(__always) get { unsafe Fragment(start: memory, count: timestampCount) }
  }

  /// `Z","elapsed_ns":1`, the seconds left out while they are 0.
  var elapsed: Fragment {
    @inline(__always) get {
      unsafe Fragment(start: UnsafePointer(memory + Self.timestampRoom), count: elapsedCount)
    }
  }

  /// Makes the texts stand for a second of 0 or more.
  @inline(never)
  mutating func move(to second: Int64) {
    self.second = second
    let clock = startsAt &+ second
    var ofMinute = clock % 60
    if ofMinute < 0 { ofMinute += 60 }
    if clock &- ofMinute != minute {
      minute = clock &- ofMinute
      var line = unsafe LineCursor(at: memory)
      line.bytes(",\"timestamp\":\"\(CivilTime(secondsSince1970: clock).text).".utf8)
      timestampCount = unsafe line.at - memory
    }
    unsafe memory[timestampCount - 3] = 0x30 &+ UInt8(truncatingIfNeeded: ofMinute / 10)
    unsafe memory[timestampCount - 2] = 0x30 &+ UInt8(truncatingIfNeeded: ofMinute % 10)
    var line = unsafe LineCursor(at: memory + Self.timestampRoom)
    line.text("Z\",\"elapsed_ns\":")
    if second > 0 { line.unsigned(UInt64(second)) }
    elapsedCount = unsafe line.at - (memory + Self.timestampRoom)
  }
}
