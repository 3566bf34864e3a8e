import SorterModel
import Testing

@testable import Reporting

@Suite("The machine on the page")
struct MachineDrawingTests {
  private static let styles: [MachineDrawing.Style] = [.wide, .narrow]

  private func check(_ profile: HardwareProfile) {
    for style in Self.styles {
      let machine = MachineDrawing(profile, style: style)
      #expect(machine.mouths.count == profile.bins.count)
      let points = machine.belt + machine.wayBack
      #expect(points.allSatisfy { (0...style.width).contains($0.x) && (0...machine.height).contains($0.y) })
      for (a, b) in zip(machine.belt, machine.belt.dropFirst()) {
        #expect(a.place <= b.place, "\(profile.name)")
      }
      for (mouth, bin) in zip(machine.mouths, profile.bins) {
        let reach =
          bin.isEnd ? 4 + min(style.depth, style.margin - 26) : style.halfBelt + style.gap + style.depth
        let (x, y) = (mouth.x + mouth.outX * reach, mouth.y + mouth.outY * reach)
        #expect(
          (0...style.width).contains(x) && (0...machine.height).contains(y), "\(profile.name) \(bin.name)")
        #expect(abs(mouth.outX * mouth.outX + mouth.outY * mouth.outY - 1) < 1e-9)
      }
      // Two bins on one side never lie on each other.
      for side in [HardwareProfile.Side.left, .right] {
        let places = zip(machine.mouths, profile.bins).filter { $1.side == side && !$1.isEnd }.map(\.0)
        for (a, b) in zip(places, places.dropFirst()) {
          let apart = ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
          #expect(apart >= min(machine.binWidth, 4), "\(profile.name): \(apart)")
        }
      }
    }
  }

  @Test(
    "every shipped machine fits on a wide and on a narrow page, its bins in their order",
    arguments: ["letter-sorter", "parcel-line", "uk-mixed-sorter", "bench-rig"])
  func shipped(name: String) throws { check(try SampleLog.shipped(name)) }

  static let returnLane = "recirculation: { path_mm: 2000, lap_limit: 2, reasons: [\"noRead\"] },"

  @Test("a loop is drawn round, with its way back in it", arguments: ["", returnLane])
  func loop(wayBack: String) throws {
    let way = wayBack.isEmpty ? Self.returnLane.replacing("2000", with: "1") : wayBack
    let profile = try SampleLog.profile(SampleLog.profileText(topology: "loop", end: "", wayBack: way))
    check(profile)
    let machine = MachineDrawing(profile, style: .wide)
    let (first, last) = (try #require(machine.belt.first), try #require(machine.belt.last))
    #expect(abs(first.x - last.x) < 1e-6 && abs(first.y - last.y) < 1e-6)
    #expect(abs(last.place - machine.lap) < 1e-6 && machine.wayBack.isEmpty)
  }

  @Test("a line's way back leads from its end to its beginning")
  func wayBack() throws {
    let profile = try SampleLog.profile(SampleLog.profileText(wayBack: Self.returnLane))
    check(profile)
    for style in Self.styles {
      let machine = MachineDrawing(profile, style: style)
      let (first, last) = (try #require(machine.wayBack.first), try #require(machine.wayBack.last))
      #expect(first.place == 8000 && last.place == 10_000)
      #expect(
        first.x == machine.belt.last?.x && last.x == machine.belt.first?.x && last.y == machine.belt.first?.y)
    }
  }

  @Test("left of the travel is up where the belt runs to the right, and down in a row that comes back")
  func sides() throws {
    let profile = try SampleLog.shipped("letter-sorter")
    let wide = MachineDrawing(profile, style: .wide)
    let narrow = MachineDrawing(profile, style: .narrow)
    for (index, bin) in profile.bins.enumerated() where bin.side == .left {
      #expect(wide.mouths[index].outY == -1)
    }
    #expect(Set(narrow.belt.map { shortNumber($0.y, places: 0) }).count > 2)
    #expect(narrow.mouths.contains { $0.outY > 0.9 } && narrow.mouths.contains { $0.outY < -0.9 })
  }
}

@Suite("Axes and numbers of charts")
struct ChartScaleTests {
  @Test(
    "an axis ends at a round number that is no less than its values",
    arguments: [0.001, 0.7, 1, 3, 9.5, 42, 30_000, 1e7])
  func ceiling(most: Double) {
    let top = ChartScale.ceiling(most)
    #expect(top >= most && top <= most * 2.6)
    let parts = top / ChartScale.step(for: top, count: 4)
    #expect(parts <= 4.001 && abs(parts - parts.rounded()) < 1e-6)
  }

  @Test(
    "a time axis has at most seven marks, whatever its length",
    arguments: [1.0, 59, 600, 3600, 7201, 86_400, 1e7])
  func ticks(end: Double) {
    let ticks = ChartScale.ticks(0...end)
    #expect(ticks.count <= 7 && ticks.first == 0 && (ticks.last ?? 0) <= end)
  }

  @Test(
    "numbers have no needless zeros and no minus without a number",
    arguments: [
      (1.0, 1, "1"), (0.04, 1, "0"), (-0.04, 1, "0"), (2.25, 2, "2.25"), (-3.1, 1, "-3.1"), (0.5, 0, "1"),
      (.infinity, 1, "0"), (.nan, 1, "0"), (12_345.678, 1, "12345.7"),
    ])
  func numbers(value: Double, places: Int, text: String) {
    #expect(shortNumber(value, places: places) == text)
  }
}
