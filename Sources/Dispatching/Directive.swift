import EventRecords
import FlatStorage
import Quantities
import SorterModel

/// What one step asks for: commands for the machine and records for the journal, with a running digest.
///
/// The buffer is made once and reused; the shell drains it after every step. The digest goes over every
/// command and record since the start, so two runs with equal digests took the same decisions.
public struct DirectiveBuffer: ~Copyable, Sendable {
  @usableFromInline var commandSlab: Slab<Command>
  /// The records that the step wrote.
  public private(set) var records: RecordBatch
  /// With this many records the buffer counts as nearly full.
  private var roomUntil = Self.batch
  /// How many commands the step gave.
  public private(set) var commandCount = 0
  /// The digest over the commands so far, over all records that were taken out, and over the first of those here.
  private var folded: DirectiveDigest
  /// How many of the records here are in the digest already.
  private var foldedCount = 0

  /// A buffer for steps that give at most `capacity` commands and as many records.
  ///
  /// - Parameter digest: over what was given before, by a buffer of which this one is the continuation.
  public init(capacity: Int, goingOnFrom digest: DirectiveDigest = DirectiveDigest()) {
    folded = digest
    commandSlab = Slab(count: capacity, repeating: Command(.holdInduction))
    records = RecordBatch(capacity: capacity + Self.batch)
  }

  /// The command at `index`, below `commandCount`.
  @inlinable public func command(_ index: Int) -> Command { commandSlab[index] }

  /// How many records the step wrote.
  public var recordCount: Int { records.count }

  /// The record at `index`, below `recordCount`.
  public func record(_ index: Int) -> EventRecord { records[index] }

  /// The digest over everything so far.
  public var digest: DirectiveDigest {
    var digest = folded
    digest.combine(records, from: foldedCount)
    return digest
  }

  /// Empties the buffer for the next step; the digest goes on.
  public mutating func removeAll() {
    folded.combine(records, from: foldedCount)
    foldedCount = 0
    commandCount = 0
    records.removeAll()
    roomUntil = Self.batch
  }

  /// Forgets the commands and keeps the records, for a shell that passes records on in batches.
  public mutating func removeCommands() { commandCount = 0 }

  /// Whether one more step might not find room for its records.
  ///
  /// True as well when a record is there that the plant must hear of at once.
  public var isNearlyFull: Bool { recordCount >= roomUntil }

  /// Asks for the records to be passed on after this step: a lost piece is written off before anything else
  /// happens, so that no shell counts it longer than another.
  mutating func passOnSoon() { roomUntil = 0 }

  /// Records that may wait to be passed on together.
  ///
  /// A record that is read as soon as it is written stalls the processor (narrow stores, wide loads); one
  /// that is read some dozens of records later does not.
  static let batch = 48

  /// Adds a command.
  @inline(__always)
  mutating func append(_ command: Command) {
    folded.combine(command)
    commandSlab[commandCount] = command
    commandCount &+= 1
  }

  /// Adds a record that ends no piece.
  @inline(__always)
  mutating func append(_ record: EventRecord) {
    foldOneOfBefore()
    records.append(record)
  }

  /// Adds a record that ends a piece.
  @inline(__always)
  mutating func append(ending record: EventRecord) {
    foldOneOfBefore()
    records.append(ending: record)
  }

  /// Takes a record of some time ago into the digest.
  ///
  /// One multiplication waits for the other there. Beside a step's own work that costs nothing; for a whole batch
  /// at once it took a tenth of a simulation.
  @inline(__always)
  private mutating func foldOneOfBefore() {
    guard records.count &- foldedCount >= Self.settling else { return }
    folded.combine(records[foldedCount])
    foldedCount &+= 1
  }

  /// After so many more a record has surely left the processor's store buffer, and can be read at once.
  private static let settling = 4
}
