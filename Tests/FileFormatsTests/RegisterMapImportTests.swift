import FileFormats
import Foundation
import RegisterMap
import Testing

@Suite("Register maps of other people's making")
struct RegisterMapImportTests {
  private func zones(countFrom: Int? = nil) throws -> RegisterMapImport {
    try RegisterMapImport(
      path: "\(packageRoot)/Tests/FileFormatsTests/Maps/zone-controller.csv", countFrom: countFrom)
  }

  @Test("columns are known by their words, and each is told what it was taken for")
  func columns() throws {
    let read = try zones()
    #expect(read.columns.map(\.name).count == 7)
    #expect(
      read.columns.map(\.meaning) == [
        "poll_group, and in front of names that stand twice", "access",
        "table holding, and its address counted from 1: 1 is wire address 0", "left aside", "name", "type",
        "description",
      ])
    #expect(
      read.map.points.map(\.name) == [
        "status_upstream_zone", "status_downstream_zone", "arrivals_upstream", "release_upstream",
        "short.status_upstream_zone",
      ])
    #expect(read.map.points.map(\.address) == [1499, 1500, 1501, 1599, 2899])
    let release = try #require(read.map["release_upstream"])
    #expect(
      release.access == .readWrite && release.onLinkLoss == .hold
        && release.about == "acts on a change, 0 to 1")
    #expect(read.assumptions.count == 1, "that an output got hold must be said")
    #expect(read.map.issues() == [])
  }

  @Test("who counts from 0 says so")
  func countFromZero() throws {
    #expect(try zones(countFrom: 0).map.points.first?.address == 1500)
  }

  @Test("what was imported is written and read back the same")
  func roundTrip() throws {
    let fixture = try Fixture()
    let map = try zones().map
    try fixture.write(RegisterMapText.csv(map), to: "map.csv")
    #expect(try fixture.library.loadRegisters("map.csv").value == map)
  }

  @Test("five digits in a plain address column are references; types and orders go by many names")
  func references() throws {
    let fixture = try Fixture()
    try fixture.write(
      "Symbol,Address,Format,Word Order,RW\nspeed,40101,REAL,word swap,r\nrun,00003,BOOL,,rw\n",
      to: "tags.csv")
    let read = try RegisterMapImport(path: fixture("tags.csv"))
    #expect(
      read.columns[1].meaning == "address, counted from 0; five or six digits, as in 40001, are references")
    let map = read.map
    #expect(map["speed"]?.address == 100 && map["speed"]?.type.element == .f32)
    #expect(map["speed"]?.byteOrder == .cdab)
    #expect(map["run"]?.table == .coil && map["run"]?.address == 2 && map["run"]?.access == .readWrite)
  }

  @Test(
    "a row without an address, a type that nobody knows and a file without places are refused with their places"
  )
  func refused() throws {
    let fixture = try Fixture()
    try fixture.write("tag,address,type\na,70000,u16\nb,1,quaternion\nc,,u16\n", to: "tags.csv")
    let said = complaints { try RegisterMapImport(path: fixture("tags.csv")) }
    #expect(said.split(separator: "\n").count == 3)
    for place in [
      ":2:3: error: this is not an address", ":3:5: error: this is not a type", ":4:1: error: the point has",
    ] {
      #expect(said.contains(place), "\(said)")
    }
    try fixture.write("tag,colour\na,red\n", to: "tags.csv")
    #expect(
      complaints { try RegisterMapImport(path: fixture("tags.csv")) }.contains(
        "no column says where points lie"))
  }

  @Test("the map of a real conveyor zone controller is taken over whole")
  func realMap() throws {
    let path = "\(packageRoot)/../shared/data/modbus/register-map-conveylinx.csv"
    guard FileManager.default.fileExists(atPath: path) else {
      print("skipped: \(path) is not here")
      return
    }
    let read = try RegisterMapImport(path: path)
    #expect(read.map.points.count == 67)
    #expect(read.map.issues() == [])
    #expect(read.map["arrival_count_upstream_zone"]?.reference == "41502")
    // Its device reads 45 registers at most, from a block's first address on.
    let limits = RequestPlan(
      read.map, .reading, limits: .init(readRegisters: 45, writeRegisters: 45, wholeBlocksOnly: true))
    #expect(limits.tooLong == [])
    #expect(limits.requests.allSatisfy { $0.addresses.count <= 45 })
  }
}
