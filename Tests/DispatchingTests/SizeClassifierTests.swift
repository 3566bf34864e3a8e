import Quantities
import SorterModel
import Testing

@testable import Dispatching

@Suite("The dispatcher's size classes")
struct SizeClassifierTests {
  private static let classes = [
    SizeClass(
      name: "letter", length: Millimetres(127)...Millimetres(292), width: Millimetres(89)...Millimetres(155),
      height: Millimetres(tenths: 2)...Millimetres(6), weight: .zero...Grams(99),
      aspectThousandths: 1300...2500
    ),
    SizeClass(
      name: "flat", length: Millimetres(200)...Millimetres(381), width: Millimetres(120)...Millimetres(305),
      height: Millimetres(tenths: 3)...Millimetres(19), weight: .zero...Grams(370)),
    SizeClass(
      name: "parcel", length: Millimetres(150)...Millimetres(686), width: Millimetres(76)...Millimetres(432),
      height: Millimetres(7)...Millimetres(432), weight: Grams(170)...Grams(11_300)),
  ]

  @Test(
    "the first class that a piece belongs to is its class, by the model's own rule",
    arguments: 1...5 as ClosedRange<UInt64>)
  func sameAsModel(seed: UInt64) {
    let classifier = SizeClassifier(Self.classes)
    var random = TestRandom(seed)
    func measure(_ random: inout TestRandom, _ edges: [Int32], _ most: Int) -> Int32 {
      random.chance(60)
        ? edges[random.below(edges.count)] + Int32(random.below(3)) - 1 : Int32(random.below(most))
    }
    var found = [Int](repeating: 0, count: 4)
    for _ in 0..<20_000 {
      let piece = Dimensions(
        length: Millimetres(tenths: measure(&random, [1270, 2920, 2000, 3810, 1500, 6860, 1300], 7000)),
        width: Millimetres(tenths: measure(&random, [890, 1550, 1200, 3050, 760, 4320, 1000], 4500)),
        height: Millimetres(tenths: measure(&random, [2, 60, 3, 190, 70, 4320], 400)),
        weight: Grams(tenths: measure(&random, [1, 990, 3700, 1700, 113_000], 5000)))
      let wanted = Self.classes.firstIndex { $0.contains(piece) }
      let (sizeClass, misfit) = classifier.classify(piece)
      #expect(sizeClass == wanted.map { SizeClassID(UInt8($0)) } ?? .none)
      #expect((misfit == .none) == (wanted != nil))
      found[wanted ?? 3] += 1
    }
    #expect(found.allSatisfy { $0 > 50 })
  }
}
