import EventRecords
import Foundation
import Quantities
import SorterModel
import Testing

@testable import Dispatching

@Suite("Memory")
struct AllocationTests {
  /// 150,000 steps of ordinary life: a piece at a time, now and then a bin that fails and comes back.
  private func live(_ dispatcher: inout Dispatcher, _ directives: inout DirectiveBuffer, from first: UInt64) {
    func step(_ event: FieldInput.Event, _ position: Int64) {
      directives.removeAll()
      dispatcher.step(FieldInput(event, at: Pulses(position)), at: Instant(position), into: &directives)
    }
    for number in first..<first + 25_000 {
      let piece = PieceID(number)
      let place = Int64(number) * 8000
      step(.pieceInducted(piece, arrivedAt: .start, gap: Pulses(500)), place)
      step(.pieceIdentified(piece, Desk.code, Desk.letter, .good), place + 2300)
      let bin = directives.record(0).bin
      step(.binFull(bin), place + 2400)
      step(.binAvailable(bin, emptied: true), place + 2500)
      step(.encoderAdvanced, place + 2600)
      step(.pieceRemoved(piece), place + 7000)
    }
  }

  /// The memory of the process that is there in pages of 4 KiB.
  private func residentBytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return try #require(pages) * 4096
  }

  /// Other tests run at the same time, so the least growth of many stretches counts: a step that kept what
  /// it allocated would show in every one.
  @Test("stepping keeps no memory: of many stretches the least grows by nothing")
  func growsNot() throws {
    var desk = Desk()
    live(&desk.dispatcher, &desk.directives, from: 1)
    var least = Int.max
    for stretch in 1...12 as ClosedRange<UInt64> {
      let before = try residentBytes()
      live(&desk.dispatcher, &desk.directives, from: stretch * 100_000)
      least = min(least, try residentBytes() - before)
    }
    // 150,000 steps a stretch: even one byte a step would be more.
    #expect(least < 65_536)
  }
}
