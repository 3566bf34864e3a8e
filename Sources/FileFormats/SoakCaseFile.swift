import Quantities

/// What the case file of a soak says: a seed, so many pieces, and what goes wrong when.
public struct SoakCaseFile: Hashable, Sendable {
  /// The seed of machine, plan and mail.
  public var seed: UInt64
  /// How many pieces arrive.
  public var pieces: Int
  /// What goes wrong, in the order of the file.
  public var faults: [Fault]

  /// One thing that goes wrong.
  public struct Fault: Hashable, Sendable {
    /// What, by its word.
    public var kind: String
    /// When.
    public var at: Nanoseconds
    /// For how long.
    public var lasts: Nanoseconds
    /// The bin it is about, by its place on the machine.
    public var bin: Int
    /// How much of it.
    public var amount: Int
  }

  /// The most pieces and the most faults of a case.
  public static let mostPieces = 10_000_000
  /// The most faults of a case.
  public static let mostFaults = 100_000

  /// Reads a case file.
  ///
  /// - Parameter kinds: the words that a fault may bear.
  /// - Throws: everything that is wrong with it, with its places.
  public init(path: String, kinds: [String]) throws(InvalidInput) {
    let bytes = try OpenFile(path: path, shownAs: path).contents(limit: SourceText.maximumBytes)
    try self.init(SourceText(name: path, bytes: bytes), kinds: kinds)
  }

  init(_ source: SourceText, kinds: [String]) throws(InvalidInput) {
    let issues = Issues()
    let fields = JSON5Reader.read(source, issues: issues).flatMap {
      Fields($0, as: .soakCase, source: source, issues: issues)
    }
    guard let fields else { throw InvalidInput(issues.ordered, category: .badData) }
    fields.checkVersion()
    seed = fields.seed()
    pieces = fields.whole("pieces", 1...Self.mostPieces)
    faults = fields.objects("faults", count: 0...Self.mostFaults, as: .soakFault).map { item in
      Fault(
        kind: item.name("fault", among: kinds) ?? "",
        at: item.time("at_ms", Self.time), lasts: item.time("lasts_ms", Self.time),
        bin: item.whole("bin", 0...65_534, default: 0),
        amount: item.whole("amount", 0...1_000_000_000, default: 0))
    }
    try issues.throwIfFailed()
  }

  /// Milliseconds to the nanosecond, up to eleven days: longer than any soak.
  private static let time = Unit(6, 0...1_000_000_000_000_000)
}
