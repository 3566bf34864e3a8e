import Testing

@testable import FlatStorage

@Suite("Slabs")
struct SlabTests {
  private struct Entry: BitwiseCopyable, Equatable {
    var a: UInt8 = 1
    var b: Int64 = -5
  }

  @Test("a slab begins with copies of one element, and keeps what is written", arguments: [0, 1, 7, 5000])
  func repeating(count: Int) {
    var slab = Slab(count: count, repeating: Entry())
    let size = slab.count
    #expect(size == count)
    for index in 0..<count {
      let entry = slab[index]
      #expect(entry == Entry())
      slab[index].b = Int64(index)
      slab[index].a &+= UInt8(truncatingIfNeeded: index)
    }
    for index in 0..<count {
      let entry = slab[index]
      #expect(entry == Entry(a: 1 &+ UInt8(truncatingIfNeeded: index), b: Int64(index)))
    }
  }

  @Test("a slab made of an array holds its elements in order", arguments: [[], [3], [9, -2, 0, .max, .min]])
  func fromArray(elements: [Int]) {
    let slab = Slab(elements)
    let held = (0..<slab.count).map { slab[$0] }
    #expect(held == elements)
  }

  @Test("unchecked access reaches the same elements")
  func unchecked() {
    var slab = Slab([1, 2, 3])
    unsafe slab[unchecked: 1] = 20
    let checked = slab[1]
    let unchecked = unsafe slab[unchecked: 2]
    #expect(checked == 20 && unchecked == 3)
  }

  @Test("reading or writing outside stops the program", arguments: [-1, 3, Int.max, Int.min])
  func outside(index: Int) async {
    await #expect(processExitsWith: .failure) { [index = index as Int] in
      let slab = Slab([1, 2, 3])
      _ = slab[index]
    }
    await #expect(processExitsWith: .failure) { [index = index as Int] in
      var slab = Slab([1, 2, 3])
      slab[index] = 4
    }
  }
}
