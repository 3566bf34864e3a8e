import EventRecords
import Quantities
import SorterModel

/// A 64-bit digest over directives, the same on every machine: equal runs have equal digests.
///
/// It folds each word in with a full-width multiplication (the mixing step of wyhash); it finds
/// differences, and is no protection against forgery.
@frozen
public struct DirectiveDigest: Hashable, Sendable, BitwiseCopyable {
  /// The digest so far.
  public private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// The digest of nothing.
  public init() {}

  @inline(__always)
  private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }

  /// Folds two words in.
  @inline(__always)
  mutating func combine(_ a: UInt64, _ b: UInt64) {
    value = Self.mix(value ^ a ^ 0xA076_1D64_78BD_642F, b ^ 0xE703_7ED1_A0B4_28DB)
  }

  /// Folds a record in, every field of it.
  @inline(__always)
  mutating func combine(_ record: EventRecord) {
    let counts = UInt64(record.count) | UInt64(record.planLine) << 32
    let spans = UInt64(record.sequence) | UInt64(record.span) << 32
    let kinds =
      UInt64(record.bin.rawValue) | UInt64(record.kind.rawValue) << 16 | UInt64(record.reason.rawValue) << 24
    let kinds2 =
      UInt64(record.quality.rawValue) << 32 | UInt64(record.sizeClass.rawValue) << 40
      | UInt64(record.choice.rawValue) << 48 | UInt64(record.lap) << 56
    // Three independent products, so that they overlap in the processor, then one that joins them.
    let first = Self.mix(
      UInt64(bitPattern: record.elapsed.rawValue) ^ 0x8EBC_6AF0_9C88_C6E3,
      UInt64(bitPattern: record.position.rawValue) ^ 0x5899_65CC_7537_4CC3)
    let second = Self.mix(record.a ^ 0x1D8E_4E27_C47D_124F, record.b ^ 0xEB44_ACCA_B455_D165)
    let third = Self.mix(
      record.piece.rawValue ^ counts ^ 0xA076_1D64_78BD_642F, spans ^ 0x2D35_8DCC_AA6C_78A5)
    combine(first &+ (second << 1 | second >> 63), third ^ (kinds | kinds2))
  }

  /// Folds a command in, every field of it.
  @inline(__always)
  mutating func combine(_ command: Command) {
    let head =
      UInt64(command.kind.rawValue) | UInt64(command.bin.rawValue) << 16 | UInt64(command.sequence) << 32
    combine(command.piece.rawValue ^ 0x5899_65CC_7537_4CC3, head)
    combine(UInt64(bitPattern: command.position.rawValue), 0x1D8E_4E27_C47D_124F)
  }
}
