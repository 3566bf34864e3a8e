import SorterModel

/// The ids of the most recent pieces: at least the last 65,536, at most 131,072, in constant memory.
///
/// Two tables of 65,536 ids: when the newer is full, the older is emptied and takes its place. Ids
/// are compared byte by byte, so no piece is refused for sharing a hash with another.
struct RecentIDs: ~Copyable {
  private var newer = Table()
  private var older = Table()

  /// Remembers `id`; false if it is remembered already.
  mutating func insert(_ id: ShortText) -> Bool {
    let hash = Self.hash(id)
    if older.contains(id, hash) { return false }
    if newer.isFull {
      swap(&newer, &older)
      newer.clear()
    }
    return newer.insert(id, hash)
  }

  /// A fixed hash, so that every run does the same work: multiply and fold, a word at a time.
  @inline(__always)
  private static func hash(_ id: ShortText) -> UInt64 {
    var hash = UInt64(id.count) &* 0x9E37_79B9_7F4A_7C15
    func mix(_ word: UInt64) {
      hash = (hash ^ word) &* 0xBF58_476D_1CE4_E5B9
      hash ^= hash >> 29
    }
    mix(id.words.0)
    mix(id.words.1)
    mix(id.words.2)
    mix(id.words.3)
    if id.count > 32 {
      mix(id.words.4)
      mix(id.words.5)
      mix(id.words.6)
    }
    return hash ^ hash >> 32
  }

  /// Up to 65,536 ids, found by open addressing in twice as many slots.
  @safe
  private struct Table: ~Copyable {
    static var capacity: Int { 65_536 }
    private static var slots: Int { 131_072 }
    private var count = 0
    private let ids: UnsafeMutablePointer<ShortText>
    /// High half of the hash and, in the low half, 1 + the place among `ids`; 0 for an empty slot.
    private let table: UnsafeMutablePointer<UInt64>

    init() {
      unsafe ids = .allocate(capacity: Self.capacity)
      unsafe table = .allocate(capacity: Self.slots)
      unsafe table.initialize(repeating: 0, count: Self.slots)
    }

    deinit {
      unsafe ids.deallocate()
      unsafe table.deallocate()
    }

    var isFull: Bool { count == Self.capacity }

    mutating func clear() {
      if count > 0 { unsafe table.update(repeating: 0, count: Self.slots) }
      count = 0
    }

    @inline(__always)
    func contains(_ id: ShortText, _ hash: UInt64) -> Bool {
      if count == 0 { return false }
      let slot = find(id, hash)
      return unsafe table[slot] != 0
    }

    @inline(__always)
    mutating func insert(_ id: ShortText, _ hash: UInt64) -> Bool {
      precondition(count < Self.capacity, "a full table of ids was added to")
      let slot = find(id, hash)
      if unsafe table[slot] != 0 { return false }
      unsafe (ids + count).initialize(to: id)
      count += 1
      unsafe table[slot] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(count)
      return true
    }

    /// The slot that holds `id`, or the empty one where it belongs. Half the slots are always empty.
    @inline(__always)
    private func find(_ id: ShortText, _ hash: UInt64) -> Int {
      var slot = Int(truncatingIfNeeded: hash) & (Self.slots - 1)
      while true {
        let entry = unsafe table[slot]
        if entry == 0 { return slot }
        if (entry ^ hash) >> 32 == 0, unsafe ids[Int(entry & 0xFFFF_FFFF) - 1] == id { return slot }
        slot = (slot + 1) & (Self.slots - 1)
      }
    }
  }
}
