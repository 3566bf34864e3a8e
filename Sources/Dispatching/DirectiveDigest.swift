import EventRecords
import Quantities
import SorterModel

/// A 64-bit digest over directives, the same on every machine: equal runs have equal digests.
///
/// Commands and records each have lanes of their own, so it does not matter when which are folded in, only in
/// which order each came. A lane takes a word with one multiplication and one reversal of its bytes, which brings
/// the well mixed high ones down. Both can be undone: a word that differs leaves the lane different. It finds differences, and is no protection against
/// forgery.
@frozen
public struct DirectiveDigest: Hashable, Sendable, BitwiseCopyable {
  // Four lanes for the eight words of a record, so that their multiplications overlap in the processor.
  private var record0: UInt64 = 0x9E37_79B9_7F4A_7C15
  private var record1: UInt64 = 0xA076_1D64_78BD_642F
  private var record2: UInt64 = 0xE703_7ED1_A0B4_28DB
  private var record3: UInt64 = 0x8EBC_6AF0_9C88_C6E3
  private var command0: UInt64 = 0x5899_65CC_7537_4CC3
  private var command1: UInt64 = 0x1D8E_4E27_C47D_124F
  private var command2: UInt64 = 0xEB44_ACCA_B455_D165

  /// The digest of nothing.
  public init() {}

  /// The digest so far.
  public var value: UInt64 {
    var value = Self.mix(record0, record1)
    // One by one: an array of lanes would ask for memory, and the control thread looks at the digest too.
    value = Self.mix(value ^ record2, record2)
    value = Self.mix(value ^ record3, record3)
    value = Self.mix(value ^ command0, command0)
    value = Self.mix(value ^ command1, command1)
    return Self.mix(value ^ command2, command2)
  }

  /// The full product, folded into one word (the mixing step of wyhash).
  private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = (a ^ 0x2D35_8DCC_AA6C_78A5).multipliedFullWidth(by: b ^ 0x8BB8_4B93_962E_ACC9)
    return product.high ^ product.low
  }

  @inline(__always)
  private static func fold(_ word: UInt64, into lane: inout UInt64) {
    lane = ((lane ^ word) &* 0x9FB2_1C65_1E98_DF25).byteSwapped
  }

  /// Folds the records of a batch in, those before `first` left out.
  mutating func combine(_ records: borrowing RecordBatch, from first: Int) {
    var index = first
    while index < records.count {
      combine(records[index])
      index += 1
    }
  }

  /// Folds a record in, every byte of it.
  @inline(__always)
  mutating func combine(_ record: EventRecord) {
    let words = record.words
    Self.fold(words.0, into: &record0)
    Self.fold(words.1, into: &record1)
    Self.fold(words.2, into: &record2)
    Self.fold(words.3, into: &record3)
    Self.fold(words.4, into: &record0)
    Self.fold(words.5, into: &record1)
    Self.fold(words.6, into: &record2)
    Self.fold(words.7, into: &record3)
  }

  /// Folds a command in, every field of it.
  @inline(__always)
  mutating func combine(_ command: Command) {
    let head =
      UInt64(command.kind.rawValue) | UInt64(command.bin.rawValue) << 16 | UInt64(command.sequence) << 32
    Self.fold(head, into: &command0)
    Self.fold(command.piece.rawValue, into: &command1)
    Self.fold(UInt64(bitPattern: command.position.rawValue), into: &command2)
  }
}
