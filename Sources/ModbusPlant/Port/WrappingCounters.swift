/// A 16-bit number that counts up and wraps, extended to 64 bits.
struct ExtendedCounter: Hashable {
  /// The extended number: its low 16 bits are what the wire shows.
  private(set) var value: Int64

  init(_ wire: UInt16) { value = Int64(wire) }

  /// A number that is known whole.
  init(value: Int64) { self.value = value }

  /// How far the wire is ahead of what was last taken; negative where it went back.
  func distance(to wire: UInt16) -> Int64 {
    Int64(Int16(bitPattern: wire &- UInt16(truncatingIfNeeded: value)))
  }

  /// Takes over what the wire shows.
  mutating func move(to wire: UInt16) { value += distance(to: wire) }
}

/// The belt's encoder, extended from the 32 bits of the wire to the dispatcher's 64.
struct BeltCounter: Hashable {
  /// What the wire showed last.
  private(set) var wire: UInt32
  /// The same on the dispatcher's scale, which goes on where a machine began anew.
  private(set) var position: Int64

  init(wire: UInt32, position: Int64) {
    self.wire = wire
    self.position = position
  }

  /// Takes over what the wire shows; false, and nothing taken over, where it went back.
  ///
  /// Exact over wraps as long as the belt moves less than 2^31 pulses from one look to the next.
  mutating func move(to wire: UInt32) -> Bool {
    let distance = Int64(Int32(bitPattern: wire &- self.wire))
    guard distance >= 0 else { return false }
    self.wire = wire
    position += distance
    return true
  }

  /// How far a count is ahead of the last one; negative where it went back.
  func distance(to wire: UInt32) -> Int64 { Int64(Int32(bitPattern: wire &- self.wire)) }

  /// The position that a count near the last one stands for.
  func position(of wire: UInt32) -> Int64 { position + Int64(Int32(bitPattern: wire &- self.wire)) }

  /// What is added to the wire's count, all wraps counted.
  var offset: Int64 { position &- Int64(wire) }

  /// What the wire shows at a position.
  func wire(at position: Int64) -> UInt32 {
    self.wire &+ UInt32(truncatingIfNeeded: position &- self.position)
  }
}

/// The machine's piece numbers, extended from 32 bits and kept apart over its restarts.
///
/// A machine counts its pieces from 1 after each start; the dispatcher's numbers go on.
struct PieceNumbers: Hashable {
  /// What is added to an extended number of the machine's.
  private(set) var base: Int64 = 0
  /// The highest number handed to the dispatcher so far.
  private(set) var newest: Int64 = 0
  /// The machine's newest number, extended; nil before the first.
  private var last: Int64?
  private var expectsGap = false

  /// A jump beyond this is a garbled number: it is handed on, and what follows is not measured against it.
  private static let plausible: Int64 = 1 << 20

  /// No piece yet.
  init() {}

  /// Numbers that go on: with what is added to the machine's, and the highest one handed on.
  init(base: Int64, newest: Int64) {
    self.base = base
    self.newest = max(base, newest)
    last = newest > base ? newest - base : nil
    expectsGap = true
  }

  /// The dispatcher's number for a number of the machine's; 0 where it means no piece.
  mutating func take(_ wire: UInt32) -> UInt64 {
    guard let last else {
      guard wire != 0 else { return 0 }
      self.last = Int64(wire)
      newest = max(newest, base + Int64(wire))
      return UInt64(base + Int64(wire))
    }
    let distance = Int64(Int32(bitPattern: wire &- UInt32(truncatingIfNeeded: last)))
    let number = last + distance
    guard number > 0 else { return 0 }
    if distance > 0 && (distance <= Self.plausible || expectsGap) {
      expectsGap = false
      self.last = number
      newest = max(newest, base + number)
    }
    return UInt64(base + number)
  }

  /// The machine's number for one of the dispatcher's; nil for a piece of before its last start.
  func wire(of number: UInt64) -> UInt32? {
    let own = Int64(truncatingIfNeeded: number) - base
    return own > 0 ? UInt32(truncatingIfNeeded: own) : nil
  }

  /// The machine began anew: its numbers begin again, the dispatcher's go on.
  mutating func startAnew() {
    base = newest
    last = nil
  }

  /// Events were lost: the next higher number may be any.
  mutating func expectGap() { expectsGap = true }
}
