import FlatStorage
import Quantities
import SorterModel

/// Finds a piece's size class, or the reason why it has none.
struct SizeClassifier: ~Copyable, Sendable {
  let limits: Slab<Limits>
  /// The widest limits of any class, for the reason why a piece fits none.
  private let longest: Int32
  private let widest: Int32
  private let thickest: Int32
  private let heaviest: Int32

  /// The limits of one class, in tenths: of length, width, height and weight. Not private: the compiler needs its
  /// layout in other files.
  struct Limits: BitwiseCopyable {
    var least: SIMD4<Int32>
    var most: SIMD4<Int32>
    /// Length over width in thousandths; 0 and the largest number where it is not limited.
    var aspect: (Int64, Int64)
  }

  init(_ classes: [SizeClass]) {
    limits = Slab(
      classes.map {
        Limits(
          least: SIMD4(
            $0.length.lowerBound.tenths, $0.width.lowerBound.tenths, $0.height.lowerBound.tenths,
            $0.weight.lowerBound.tenths),
          most: SIMD4(
            $0.length.upperBound.tenths, $0.width.upperBound.tenths, $0.height.upperBound.tenths,
            $0.weight.upperBound.tenths),
          aspect: (
            Int64($0.aspectThousandths?.lowerBound ?? 0), Int64($0.aspectThousandths?.upperBound ?? 1 << 31)
          ))
      })
    longest = classes.map(\.length.upperBound.tenths).max() ?? 0
    widest = classes.map(\.width.upperBound.tenths).max() ?? 0
    thickest = classes.map(\.height.upperBound.tenths).max() ?? 0
    heaviest = classes.map(\.weight.upperBound.tenths).max() ?? 0
  }

  /// The first class that fits, or `.none` and why not.
  @inline(__always)
  func classify(_ piece: Dimensions) -> (SizeClassID, Reason) {
    let length = piece.length.tenths
    let width = piece.width.tenths
    let height = piece.height.tenths
    let weight = piece.weight.tenths
    let measures = SIMD4(length, width, height, weight)
    for index in 0..<limits.count {
      // All four at once: eight comparisons with a branch each would cost more than the rest of the look-up.
      if any(measures .< limits[index].least .| measures .> limits[index].most) { continue }
      let scaled = Int64(length) &* 1000
      if scaled < limits[index].aspect.0 &* Int64(width) || scaled > limits[index].aspect.1 &* Int64(width) {
        continue
      }
      return (SizeClassID(UInt8(truncatingIfNeeded: index)), .none)
    }
    return (.none, misfit(piece))
  }

  /// Why a piece fits no class. Not inlined: pieces that fit would carry what it needs.
  @inline(never)
  private func misfit(_ piece: Dimensions) -> Reason {
    if piece.length.tenths > longest || piece.width.tenths > widest { return .tooLong }
    if piece.height.tenths > thickest { return .tooThick }
    if piece.weight.tenths > heaviest { return .tooHeavy }
    return .tooSmall
  }
}
