/// A fixed block of bytes for one frame at a time: allocated once, every access bounds-checked.
///
/// A frame is at most 260 bytes (TCP) or 256 (RTU); the block is longer so that what comes on behind a frame
/// is seen and not left in the socket.
@safe
struct FrameBlock: ~Copyable {
  static let capacity = 512
  private let base: UnsafeMutablePointer<UInt8>

  init() {
    unsafe base = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.capacity)
    unsafe base.initialize(repeating: 0, count: Self.capacity)
  }

  deinit { unsafe base.deallocate() }

  subscript(index: Int) -> UInt8 {
    @inline(__always) get {
      precondition(index >= 0 && index < Self.capacity, "a frame was read outside its block")
      return unsafe base[index]
    }
    @inline(__always) nonmutating set {
      precondition(index >= 0 && index < Self.capacity, "a frame was written outside its block")
      unsafe base[index] = newValue
    }
  }

  /// Writes a 16-bit number with its high byte first, as Modbus has it.
  @inline(__always)
  func put(_ word: UInt16, at index: Int) {
    self[index] = UInt8(truncatingIfNeeded: word &>> 8)
    self[index + 1] = UInt8(truncatingIfNeeded: word)
  }

  /// The 16-bit number at `index`, high byte first.
  @inline(__always)
  func word(at index: Int) -> UInt16 { UInt16(self[index]) &<< 8 | UInt16(self[index + 1]) }

  /// The bytes of the range, good as long as the block is and nobody writes to it.
  @unsafe
  @inline(__always)
  func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    precondition(range.lowerBound >= 0 && range.upperBound <= Self.capacity, "a frame's range is outside")
    return unsafe UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
  }

  /// The room from `offset` on, for a system call to read into.
  @unsafe
  @inline(__always)
  func room(from offset: Int) -> UnsafeMutableRawBufferPointer {
    precondition(offset >= 0 && offset <= Self.capacity, "a frame's room is outside its block")
    return unsafe UnsafeMutableRawBufferPointer(start: base + offset, count: Self.capacity - offset)
  }

  /// Moves the bytes of the range to the front.
  func moveToFront(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= Self.capacity, "a frame's range is outside")
    unsafe UnsafeMutableRawPointer(base).copyMemory(from: base + range.lowerBound, byteCount: range.count)
  }
}
