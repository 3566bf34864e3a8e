import FlatStorage

/// Records in their order, and which of them end a piece: made once, filled and emptied again and again.
///
/// Where the endings are is noted when they are written, because those who read a batch can only guess: in what
/// order kinds come no processor foresees.
public struct RecordBatch: ~Copyable, Sendable {
  @usableFromInline var slab: Slab<EventRecord>
  @usableFromInline var endings: Slab<Int32>
  @usableFromInline var recordCount = 0
  @usableFromInline var endCount = 0
  @usableFromInline var kindBits: UInt64 = 0

  /// An empty batch with room for `capacity` records.
  public init(capacity: Int) {
    slab = Slab(count: capacity, repeating: EventRecord(.runStarted, at: .start, position: .zero))
    endings = Slab(count: capacity, repeating: 0)
  }

  /// How many records there are.
  @inlinable public var count: Int { recordCount }

  /// How many of them end a piece.
  @inlinable public var endingCount: Int { endCount }

  /// A bit for each kind of record that is there, by its raw value.
  @inlinable public var kinds: UInt64 { kindBits }

  /// The record at `index`; traps where the batch has no room for so many.
  @inlinable
  public subscript(index: Int) -> EventRecord {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(slab.cell(index).address) }
  }

  /// Where in the batch the ending at `place`, below `endingCount`, stands.
  @inlinable
  public func ending(_ place: Int) -> Int { Int(endings[place]) }

  /// Adds a record that ends no piece; traps where there is no room.
  @inlinable
  @inline(__always)
  public mutating func append(_ record: EventRecord) {
    slab[recordCount] = record
    recordCount &+= 1
    kindBits |= 1 &<< UInt64(record.kind.rawValue)
  }

  /// Adds a record that ends a piece; traps where there is no room.
  @inlinable
  @inline(__always)
  public mutating func append(ending record: EventRecord) {
    endings[endCount] = Int32(truncatingIfNeeded: recordCount)
    endCount &+= 1
    append(record)
  }

  /// Empties the batch.
  @inlinable
  @inline(__always)
  public mutating func removeAll() {
    recordCount = 0
    endCount = 0
    kindBits = 0
  }
}
