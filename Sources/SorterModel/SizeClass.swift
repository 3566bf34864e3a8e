import Quantities

/// What a piece measures: the three sides as the machine holds it, and its mass.
@frozen
public struct Dimensions: Hashable, Sendable, BitwiseCopyable {
  /// Along the direction of travel.
  public var length: Millimetres
  /// Across it: the height of a letter that stands on its edge.
  public var width: Millimetres
  /// The smallest side: the thickness of a letter, the height of a parcel that lies.
  public var height: Millimetres
  /// The mass.
  public var weight: Grams

  /// A piece with these sides and this mass.
  @inlinable
  public init(length: Millimetres, width: Millimetres, height: Millimetres, weight: Grams) {
    self.length = length
    self.width = width
    self.height = height
    self.weight = weight
  }
}

/// A class of mail by its real limits, such as a machinable letter; every limit is inclusive.
public struct SizeClass: Hashable, Sendable {
  /// The name that plans use.
  public var name: String
  /// Shortest and longest.
  public var length: ClosedRange<Millimetres>
  /// Narrowest and widest.
  public var width: ClosedRange<Millimetres>
  /// Thinnest and thickest.
  public var height: ClosedRange<Millimetres>
  /// Lightest and heaviest.
  public var weight: ClosedRange<Grams>
  /// Length over width in thousandths, where the class limits it (US letters: 1.3 to 2.5).
  public var aspectThousandths: ClosedRange<Int>?

  /// A class with these limits.
  public init(
    name: String, length: ClosedRange<Millimetres>, width: ClosedRange<Millimetres>,
    height: ClosedRange<Millimetres>, weight: ClosedRange<Grams>, aspectThousandths: ClosedRange<Int>? = nil
  ) {
    self.name = name
    self.length = length
    self.width = width
    self.height = height
    self.weight = weight
    self.aspectThousandths = aspectThousandths
  }

  /// Whether a piece of these dimensions belongs to the class.
  public func contains(_ piece: Dimensions) -> Bool {
    guard length.contains(piece.length), width.contains(piece.width), height.contains(piece.height),
      weight.contains(piece.weight)
    else { return false }
    guard let aspectThousandths else { return true }
    let scaled = Int(piece.length.tenths) * 1000
    let side = Int(piece.width.tenths)
    return scaled >= aspectThousandths.lowerBound * side && scaled <= aspectThousandths.upperBound * side
  }
}
