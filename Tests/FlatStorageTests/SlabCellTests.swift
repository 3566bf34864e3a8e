import Testing

@testable import FlatStorage

@Suite("Cells of slabs")
struct SlabCellTests {
  struct Pair: BitwiseCopyable {
    var first = 0
    var second = 0
  }

  @Test("what is written through a cell is in the slab, and what is written to the slab is in the cell")
  func sameElement() {
    var slab = Slab(count: 3, repeating: Pair())
    let cell = unsafe slab.cell(1)
    cell.value.second = 7
    let written = slab[1].second
    #expect(written == 7)
    slab[1].first = 9
    #expect(cell.value.first == 9)
    let others = [slab[0].second, slab[2].second]
    #expect(others == [0, 0])
  }

  @Test("a ring's cell is taken round", arguments: [2, 6, -2, 1026])
  func goesRound(index: Int) {
    var ring = RingSlab(count: 4, repeating: 0)
    let cell = unsafe ring.cell(index)
    cell.value = 5
    let found = ring[2]
    #expect(found == 5)
    ring[2] = 6
    #expect(cell.value == 6)
  }

  @Test("slabs and rings begin with a cache line", arguments: [1, 97, 256])
  func wholeLines(count: Int) {
    var starts: [UInt] = []
    for bytes in stride(from: 0, to: 64, by: 16) {
      // Blocks of other sizes in between, so that an allocator's next one may begin anywhere.
      let other = UnsafeMutableRawPointer.allocate(byteCount: bytes + 1, alignment: 1)
      defer { unsafe other.deallocate() }
      let slab = Slab(count: count, repeating: Pair())
      let ring = RingSlab([Pair](repeating: Pair(), count: count), fillingWith: Pair())
      let (first, second) = unsafe (slab.cell(0).address, ring.cell(0).address)
      starts += [UInt(bitPattern: first) % 64, UInt(bitPattern: second) % 64]
    }
    #expect(starts.allSatisfy { $0 == 0 })
  }

  @Test("a cell outside a slab's bounds stops the program", arguments: [-1, 3, Int.max])
  func outside(index: Int) async {
    await #expect(processExitsWith: .failure) { [index = index as Int] in
      let slab = Slab(count: 3, repeating: 0)
      _ = unsafe slab.cell(index)
    }
  }
}
