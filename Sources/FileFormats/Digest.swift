/// The 64-bit FNV-1a digest: it tells inputs apart and proves nothing against forgery.
///
/// Source: Fowler, Noll, Vo; constants of draft-eastlake-fnv.
public struct FNV1a64: Hashable, Sendable {
  /// The digest of what was combined so far.
  public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  /// The digest of nothing.
  public init() {}

  /// Takes in one byte.
  @inlinable public mutating func combine(_ byte: UInt8) { combineWord(UInt64(byte)) }

  /// Takes in bytes, in order.
  public mutating func combine(_ bytes: some Sequence<UInt8>) {
    var hash = value
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    value = hash
  }

  /// Takes in a text's UTF-8 and a NUL, so that texts one after the other stay apart.
  public mutating func combine(_ text: String) {
    combine(text.utf8)
    combine(0)
  }

  @usableFromInline mutating func combineWord(_ byte: UInt64) { value = (value ^ byte) &* 0x100_0000_01b3 }

  /// The digest as 16 hexadecimal digits.
  public var hexadecimal: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}

/// One file that a run was made from: what it is for, and a digest that shows whether it changed.
public struct InputFile: Hashable, Sendable {
  /// What it is for: `scenario`, `profile`, `plan`, `mix` or `mail`.
  public var role: String
  /// Its path as given, or, for a file of the library, its path inside the library.
  public var path: String
  /// Its length in bytes.
  public var bytes: Int
  /// `fnv1a64:` and 16 hexadecimal digits.
  public var digest: String
  /// The whole text of a file that a replay needs; nil for mail and mixes.
  public var text: String?
  /// Where it was read, if everybody on this computer may write it; nil where not.
  public var openToAll: String?

  /// A file with this digest.
  public init(role: String, path: String, bytes: Int, digest: FNV1a64) {
    self.role = role
    self.path = path
    self.bytes = bytes
    self.digest = "fnv1a64:" + digest.hexadecimal
  }
}
