import Foundation
import SortlineCLI
import Testing

@Suite("map")
struct MapTests {
  /// A world with the bench rig in it, a text of its profile and of its map changed.
  private func world(
    profile change: (String) -> String = { $0 }, map: (String) -> String = { $0 }
  ) throws -> SmallWorld {
    let world = try SmallWorld()
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../hardware-profiles/bench-rig")
    func text(_ name: String) throws -> String {
      try String(contentsOf: root.appending(path: name), encoding: .utf8)
    }
    try world.folder.write("rig/profile.json5", change(text("profile.json5")))
    try world.folder.write("rig/registers.csv", map(text("registers.csv")))
    return world
  }

  private func flat(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test("every point is printed with both of its addresses")
  func listing() throws {
    let answer = try world().run("map", "--profile", "@rig")
    #expect(answer.code == .ok && answer.err.isEmpty)
    for words in ["eye.bin.B6.at", "30033", "divert.B6", "00007", "40001"] {
      #expect(answer.out.contains(words))
    }
    // A row a point, on 80 columns too.
    #expect(answer.out.contains(/\n  divert\.B6 +coil +6 +00007 +bool +rw +off\n/))
    #expect(answer.out.contains("also shows poll groups and meanings"))
  }

  @Test("JSON is JSON and holds every point")
  func json() throws {
    let answer = try world().run("map", "--profile", "@rig", "--json")
    let value = try JSONSerialization.jsonObject(with: Data(answer.out.utf8)) as? [String: Any]
    let points = try #require(value?["points"] as? [[String: Any]])
    #expect(points.count == 42 && value?["schema_version"] as? Int == 1)
    #expect(points[0]["poll_group"] as? String == "eyes" && points[0]["reference"] as? String == "30001")
  }

  @Test("a map in order is told with its requests and times")
  func check() throws {
    let answer = try world().run("map", "--profile", "@rig", "--check")
    #expect(answer.code == .ok)
    let text = flat(answer.out)
    #expect(text.contains("requests a poll 4 34 registers and 21 bits read, and the heartbeat written"))
    #expect(
      text.contains(
        "moved between eye and diverter 10 mm 400 mm/s x (5 ms poll + 20 ms answer), at most 30 mm"))
  }

  @Test("two points on one address are found with their lines, by map and by check")
  func overlap() throws {
    let world = try world(map: { $0.replacing("divert.B2,plc,1,coil,2,", with: "divert.B2,plc,1,coil,1,") })
    for answer in [world.run("map", "--profile", "@rig", "--check"), world.run("check", "@rig")] {
      #expect(answer.code == .badData)
      #expect(answer.err.contains("registers.csv:38:"), "\(answer.err)")
      #expect(answer.err.contains("divert.B2: the point lies where divert.B1 lies, in line 37"))
    }
  }

  @Test(
    "direct control that cannot hold is refused with the inequality",
    arguments: [
      ("speed_mm_per_s: 400", "speed_mm_per_s: 4000", "= 100 mm <= 30 mm tracking window is not so"),
      ("poll_ms: 5", "poll_ms: 60", "400 mm/s x (60 ms poll + 20 ms answer) = 32 mm <= 30 mm"),
      ("tcp:127.0.0.1:1502", "rtu:/dev/ttyUSB0:1200:8E1", "tracking window is not so"),
      ("tracking_window_mm: 30", "tracking_window_mm: 9", "= 10 mm <= 9 mm"),
    ])
  func arithmetic(old: String, new: String, says: String) throws {
    let answer = try world(profile: { $0.replacing(old, with: new) }).run("check", "@rig")
    #expect(answer.code == .configuration)
    #expect(answer.err.contains("direct control cannot hold: "), "\(answer.err)")
    #expect(answer.err.contains(says), "\(answer.err)")
  }

  @Test("eyes without latched positions cost another poll")
  func unlatched() throws {
    let lines = { (text: String) in
      text.split(separator: "\n").filter { !$0.contains("eye.end.at") }.joined(separator: "\n")
    }
    let answer = try world(map: lines).run("map", "--profile", "@rig", "--check")
    #expect(flat(answer.out).contains("12 mm 400 mm/s x (5 ms poll + 20 ms answer + 5 ms poll"))
  }

  @Test("a map is exported once, replaced when that is asked for, and read back by check")
  func export() throws {
    let world = try world()
    #expect(world.run("map", "--profile", "@rig", "--draft", "--export", "@out.csv").code == .ok)
    let again = world.run("map", "--profile", "@rig", "--export", "@out.csv")
    #expect(again.code == .cannotCreate && again.err.contains("is there already"))
    #expect(
      world.run("map", "--profile", "@rig", "--export", "@out.csv", "--force", "--references").code == .ok)
    let read = world.run("check", "@out.csv", "--profile", "@rig")
    #expect(read.code == .ok && read.out.contains("register map, 42 points"), "\(read.err)")
  }

  @Test("reasons have the numbers that the register interface uses")
  func reasons() throws {
    let answer = try SmallWorld().run("map", "--reasons")
    let text = flat(answer.out)
    #expect(answer.code == .ok && text.contains("9 gapTooSmall") && text.contains("11 binFull"))
  }

  @Test("a machine without a map is told how to get one")
  func none() throws {
    let answer = try SmallWorld().run("map", "--profile", "@small/profile.json5")
    #expect(answer.code == .configuration && answer.err.contains("--draft --export"))
    #expect(try SmallWorld().run("map").code == .usage)
  }
}
