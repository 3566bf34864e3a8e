import Quantities

/// The pieces under way, found by their number: open addressing in one flat block.
///
/// Numbers rise in the order of feeding, so `number & mask` puts pieces side by side and nearly every
/// look-up is the first probe. Memory follows the most pieces that were ever under way at once: the table
/// doubles when half full, and, while it is small, when a piece that stays long is met by a number that
/// has come round to its place. A removal closes its gap, so nothing wears out.
@safe
struct PieceTable: ~Copyable {
  private var slots: UnsafeMutablePointer<PieceSlot>
  private var mask: Int
  /// How many pieces are in the table.
  private(set) var count = 0
  // Pieces that are not in the place their number names; while there are none, a removal is one store.
  private var displaced = 0

  /// An empty table; `capacity` is a power of two.
  init(capacity: Int = 1024) {
    precondition(capacity > 1 && capacity & (capacity - 1) == 0, "a table's capacity is a power of two")
    mask = capacity - 1
    unsafe slots = .allocate(capacity: capacity)
    unsafe slots.initialize(repeating: PieceSlot(), count: capacity)
  }

  deinit { unsafe slots.deallocate() }

  /// How many pieces fit before the table grows.
  var capacity: Int { (mask + 1) / 2 }

  /// Where the piece is, or where it would be put; the number is not 0.
  @inline(__always)
  private func place(of piece: UInt64) -> Int {
    var index = Int(truncatingIfNeeded: piece) & mask
    while unsafe slots[index].piece != piece && slots[index].piece != 0 { index = (index &+ 1) & mask }
    return index
  }

  /// The place of a piece; nil when it is not under way.
  @inline(__always)
  func find(_ piece: PieceID) -> Int? {
    if piece.rawValue == 0 { return nil }
    let index = place(of: piece.rawValue)
    return unsafe slots[index].piece == 0 ? nil : index
  }

  /// The slot at a place that `find` gave; it stays there until the next `insert` or `remove`.
  @inline(__always)
  func slot(at place: Int) -> UnsafeMutablePointer<PieceSlot> { unsafe slots + (place & mask) }

  /// Puts a piece in; a slot with the same number is replaced. A slot without a number is ignored.
  mutating func insert(_ slot: PieceSlot) {
    if slot.piece == 0 { return }
    var index = place(of: slot.piece)
    while unsafe slots[index].piece == 0 && (isHalfFull || isDisplaced(slot.piece, at: index) && isSmall) {
      grow()
      index = place(of: slot.piece)
    }
    if unsafe slots[index].piece == 0 {
      count += 1
      if isDisplaced(slot.piece, at: index) { displaced += 1 }
    }
    unsafe slots[index] = slot
  }

  private var isHalfFull: Bool { 2 * (count + 1) > mask + 1 }

  private var isSmall: Bool { mask < 1 << 16 }

  @inline(__always)
  private func isDisplaced(_ piece: UInt64, at index: Int) -> Bool {
    Int(truncatingIfNeeded: piece) & mask != index
  }

  /// Takes the piece at a place out and closes the gap.
  mutating func remove(at place: Int) {
    let place = place & mask
    if displaced > 0 { return closeGap(at: place) }
    unsafe slots[place].piece = 0
    count -= 1
  }

  @inline(never)
  private mutating func closeGap(at place: Int) {
    var gap = place
    if unsafe isDisplaced(slots[gap].piece, at: gap) { displaced -= 1 }
    var index = gap
    while true {
      index = (index &+ 1) & mask
      let piece = unsafe slots[index].piece
      if piece == 0 { break }
      // A piece may move into the gap unless its home lies behind the gap (cyclically).
      let home = Int(truncatingIfNeeded: piece) & mask
      if (index &- home) & mask >= (index &- gap) & mask {
        unsafe slots[gap] = slots[index]
        if home == gap { displaced -= 1 }
        gap = index
      }
    }
    unsafe slots[gap].piece = 0
    count -= 1
  }

  private mutating func grow() {
    let (old, oldCount) = unsafe (slots, mask + 1)
    mask = 2 * oldCount - 1
    unsafe slots = .allocate(capacity: 2 * oldCount)
    unsafe slots.initialize(repeating: PieceSlot(), count: 2 * oldCount)
    displaced = 0
    for index in 0..<oldCount where unsafe old[index].piece != 0 {
      let place = unsafe place(of: old[index].piece)
      if unsafe isDisplaced(old[index].piece, at: place) { displaced += 1 }
      unsafe slots[place] = old[index]
    }
    unsafe old.deallocate()
  }

  /// The pieces in the table in the order of their numbers.
  var inOrder: [PieceSlot] {
    var pieces: [PieceSlot] = []
    for index in 0...mask where unsafe slots[index].piece != 0 { unsafe pieces.append(slots[index]) }
    return pieces.sorted { $0.piece < $1.piece }
  }
}
