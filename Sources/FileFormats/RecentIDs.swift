import SorterModel

/// The ids of the most recent pieces: at least the last 65,536, at most 131,072, in constant memory.
///
/// Two tables of 65,536 ids: when the newer is full, the older is emptied and takes its place. Ids
/// are compared byte by byte, so no piece is refused for sharing a hash with another. A class, so that
/// its owner's calls need no exclusivity checks.
final class RecentIDs {
  private var newer = Table()
  private var older = Table()

  /// Remembers `id`; false if it is remembered already.
  func insert(_ id: ShortText) -> Bool {
    let hash = Self.hash(id)
    if older.contains(id, hash) { return false }
    if newer.isFull {
      swap(&newer, &older)
      newer.clear()
    }
    return newer.insert(id, hash)
  }

  /// A fixed hash, so that every run does the same work: independent products, then two folds.
  @inline(__always)
  private static func hash(_ id: ShortText) -> UInt64 {
    func term(_ word: UInt64, _ factor: UInt64) -> UInt64 { (word ^ word >> 29) &* factor }
    var sum = UInt64(id.count) &+ term(id.words.0, 0x9E37_79B9_7F4A_7C15)
    sum &+= term(id.words.1, 0xBF58_476D_1CE4_E5B9)
    sum &+= term(id.words.2, 0x94D0_49BB_1331_11EB)
    sum &+= term(id.words.3, 0xD6E8_FEB8_6659_FD93)
    sum &+= term(id.words.4, 0xA076_1D64_78BD_642F)
    sum &+= term(id.words.5, 0xE703_7ED1_A0B4_28DB)
    sum &+= term(id.words.6, 0x8EBC_6AF0_9C88_C6E3)
    sum = (sum ^ sum >> 32) &* 0xBF58_476D_1CE4_E5B9
    return sum ^ sum >> 29
  }
}

extension RecentIDs {
  /// Up to 65,536 ids, found by open addressing in twice as many slots.
  @safe
  fileprivate final class Table {
    private static var capacity: Int { 65_536 }
    private static var slots: Int { 131_072 }
    /// 2^20 bits, one for each id: most ids that are not there are told apart without a look at the slots.
    private static var filterWords: Int { 16_384 }
    private var count = 0
    private let ids: UnsafeMutablePointer<ShortText>
    /// 16 bits of the hash, never all zero, and 16 bits of the place among `ids`; 0 for an empty slot.
    private let table: UnsafeMutablePointer<UInt32>
    private let filter: UnsafeMutablePointer<UInt64>

    init() {
      unsafe ids = .allocate(capacity: Self.capacity)
      unsafe table = .allocate(capacity: Self.slots)
      unsafe table.initialize(repeating: 0, count: Self.slots)
      unsafe filter = .allocate(capacity: Self.filterWords)
      unsafe filter.initialize(repeating: 0, count: Self.filterWords)
    }

    deinit {
      unsafe ids.deallocate()
      unsafe table.deallocate()
      unsafe filter.deallocate()
    }

    var isFull: Bool { count == Self.capacity }

    func clear() {
      if count == 0 { return }
      unsafe table.update(repeating: 0, count: Self.slots)
      unsafe filter.update(repeating: 0, count: Self.filterWords)
      count = 0
    }

    @inline(__always)
    func contains(_ id: ShortText, _ hash: UInt64) -> Bool {
      let bit = Self.bit(hash)
      if unsafe filter[bit.word] & bit.mask == 0 { return false }
      let slot = find(id, hash)
      return unsafe table[slot] != 0
    }

    @inline(__always)
    func insert(_ id: ShortText, _ hash: UInt64) -> Bool {
      precondition(count < Self.capacity, "a full table of ids was added to")
      let slot = find(id, hash)
      if unsafe table[slot] != 0 { return false }
      unsafe (ids + count).initialize(to: id)
      unsafe table[slot] = Self.tag(hash) | UInt32(truncatingIfNeeded: count)
      let bit = Self.bit(hash)
      unsafe filter[bit.word] |= bit.mask
      count += 1
      return true
    }

    @inline(__always)
    private static func bit(_ hash: UInt64) -> (word: Int, mask: UInt64) {
      (Int(truncatingIfNeeded: hash >> 6) & (filterWords - 1), 1 &<< (hash & 63))
    }

    @inline(__always)
    private static func tag(_ hash: UInt64) -> UInt32 {
      UInt32(truncatingIfNeeded: hash >> 32) & 0xFFFF_0000 | 0x0001_0000
    }

    /// The slot that holds `id`, or the empty one where it belongs. Half the slots are always empty.
    @inline(__always)
    private func find(_ id: ShortText, _ hash: UInt64) -> Int {
      let tag = Self.tag(hash)
      var slot = Int(truncatingIfNeeded: hash) & (Self.slots - 1)
      while true {
        let entry = unsafe table[slot]
        if entry == 0 { return slot }
        if (entry ^ tag) >> 16 == 0, unsafe ids[Int(entry & 0xFFFF)] == id { return slot }
        slot = (slot + 1) & (Self.slots - 1)
      }
    }
  }
}
