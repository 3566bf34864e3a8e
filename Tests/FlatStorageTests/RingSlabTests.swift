import Testing

@testable import FlatStorage

@Suite("Rings of slots")
struct RingSlabTests {
  @Test(
    "an index goes round: what is written at one number is read at all that share its place",
    arguments: [1, 2, 64, 4096])
  func goesRound(count: Int) {
    var ring = RingSlab(count: count, repeating: -1)
    let size = ring.count
    #expect(size == count)
    for index in 0..<count {
      let before = ring[index]
      #expect(before == -1)
      ring[index] = index
    }
    for index in 0..<count {
      let found = [ring[index], ring[index + count], ring[index - count], ring[index + 1000 * count]]
      #expect(found == [index, index, index, index])
    }
    ring[-1] = 77
    let last = ring[count - 1]
    let far = ring[Int.max]
    #expect(last == 77 && far == 77)
  }

  @Test(
    "a ring made of an array begins with it and is filled up",
    arguments: [
      (0, 1), (1, 1), (3, 4), (4, 4), (98, 128),
    ])
  func fromArray(elements: Int, count: Int) {
    let ring = RingSlab(Array(0..<elements), fillingWith: -9)
    let held = (0..<ring.count).map { ring[$0] }
    #expect(held == Array(0..<elements) + Array(repeating: -9, count: count - elements))
  }

  @Test("a size that is no power of two stops the program", arguments: [0, 3, 100, -4])
  func sizes(count: Int) async {
    await #expect(processExitsWith: .failure) { [count = count as Int] in
      _ = RingSlab(count: count, repeating: 0)
    }
  }
}
