import Quantities
import RegisterMap
import SorterModel
import Testing

@Suite("The rules of a register map")
struct MapRuleTests {
  @Test("a drafted map has nothing wrong with it in either way of control", arguments: [1, 6, 16, 17, 4_096])
  func drafts(bins: Int) {
    for mode in HardwareProfile.ControlMode.allCases where mode == .assigned || bins < 300 {
      let profile = rig(mode, bins: bins)
      let map = RegisterMap.draft(for: profile)
      #expect(map.issues() == [])
      #expect(map.issues(for: profile) == [])
    }
  }

  @Test("points lie on one another only where device, unit, table and address are the same")
  func sameAddressElsewhere() {
    let first = RegisterPoint("a", .holding, 7)
    var others = [
      RegisterPoint("b", .input, 7), RegisterPoint("c", .holding, 7), RegisterPoint("d", .holding, 7),
    ]
    others[1].unit = 2
    others[2].device = "other"
    #expect(RegisterMap([first] + others).issues() == [])
    #expect(RegisterMap([first, RegisterPoint("b", .holding, 7)]).issues().map(\.other) == [0])
  }

  @Test("bits of a register are beside one another, and overlap the whole register")
  func bits() {
    let bits = (0..<16).map { RegisterPoint("bit\($0)", .holding, 7, .bool, bit: UInt8($0)) }
    #expect(RegisterMap(bits).issues() == [])
    let found = RegisterMap(bits + [RegisterPoint("word", .holding, 7)]).issues()
    // The word begins where bit 0 does; every bit lies on it.
    #expect(found.count == 16)
    let twice = RegisterMap([bits[3], RegisterPoint("again", .holding, 7, .bool, bit: 3)]).issues()
    #expect(twice.map(\.message) == ["the point lies where bit3 lies"])
    #expect(twice.map(\.found) == ["holding 7 bit 3"])
  }

  @Test("an array behind a long one is held against the long one, not the one before it")
  func hiddenOverlap() {
    let map = RegisterMap([
      RegisterPoint("long", .holding, 0, PointType(.u16, count: 100)),
      RegisterPoint("inside", .holding, 10), RegisterPoint("later", .holding, 50),
      RegisterPoint("after", .holding, 100),
    ])
    #expect(map.issues().map(\.point) == [1, 2])
    #expect(map.issues().map(\.other) == [0, 0])
  }

  @Test(
    "types and bits that a table cannot hold are refused",
    arguments: [
      (RegisterPoint("p", .coil, 0, .u16), RegisterMapIssue.Column.type),
      (RegisterPoint("p", .discrete, 0, .bool, bit: 1), .bit),
      (RegisterPoint("p", .holding, 0, .bool), .bit),
      (RegisterPoint("p", .holding, 0, .u16, bit: 1), .bit),
      (RegisterPoint("p", .holding, 0, PointType(.bool, count: 4), bit: 1), .type),
      (RegisterPoint("p", .holding, 65_535, .u32), .address),
      (RegisterPoint("p", .input, 0, access: .write, onLinkLoss: .off), .access),
      (RegisterPoint("p", .discrete, 0, .bool, access: .readWrite, onLinkLoss: .off), .access),
      (RegisterPoint("p", .coil, 0, .bool, access: .readWrite), .onLinkLoss),
    ])
  func misfits(point: RegisterPoint, column: RegisterMapIssue.Column) {
    #expect(RegisterMap([point]).issues().map(\.column) == [column])
  }

  @Test("every point that assigned control needs is missed")
  func missing() {
    let profile = rig(.assigned, bins: 20)
    let whole = RegisterMap.draft(for: profile)
    for (index, point) in whole.points.enumerated() {
      var points = whole.points
      points.remove(at: index)
      let found = RegisterMap(points).issues(for: profile)
      #expect(found.contains { $0.isError && $0.message.contains("\"\(point.name)\"") }, "\(point.name)")
    }
  }

  @Test(
    "direct control needs an eye and a diverter for every bin, and warns where nothing watches the controller"
  )
  func direct() {
    let profile = rig(.direct, bins: 3)
    let whole = RegisterMap.draft(for: profile)
    let without = { (name: String) in
      RegisterMap(whole.points.filter { $0.name != name }).issues(for: profile).map(\.isError)
    }
    for name in ["encoder", "eye.induction", "eye.end", "eye.bin.B2", "divert.B1"] {
      #expect(without(name) == [true])
    }
    for name in ["watchdog_ms", "heartbeat", "controller.heartbeat", "induction.hold", "jam"] {
      #expect(without(name) == [false])
    }
    var points = whole.points
    let divert = points.firstIndex { $0.name == "divert.B2" }!
    points[divert].onLinkLoss = .hold
    #expect(RegisterMap(points).issues(for: profile).map(\.column) == [.onLinkLoss])
  }

  @Test("a point in another word order than the magic value is refused")
  func wordOrder() {
    let profile = rig(.assigned, bins: 4)
    var points = RegisterMap.draft(for: profile).points
    points[5].byteOrder = .cdab
    #expect(RegisterMap(points).issues(for: profile).map(\.column) == [.byteOrder])
    for index in points.indices { points[index].byteOrder = .cdab }
    #expect(RegisterMap(points).issues(for: profile) == [])
  }

  @Test(
    "references and wire addresses are one apart, and digits say the table",
    arguments: [
      ("40001", RegisterTable.holding, UInt16(0)), ("00017", .coil, 16), ("10001", .discrete, 0),
      ("39999", .input, 9_998), ("410000", .holding, 9_999), ("465536", .holding, 65_535),
    ])
  func references(text: String, table: RegisterTable, address: UInt16) throws {
    let place = try #require(RegisterTable.place(ofReference: text))
    #expect(place.table == table && place.address == address)
    #expect(table.reference(to: Int(address)) == text)
  }

  @Test(
    "what is no reference is refused",
    arguments: ["", "4", "40000", "20001", "465537", "4000A", "４0001", "4000001"])
  func noReference(text: String) {
    #expect(RegisterTable.place(ofReference: text) == nil)
  }

  @Test(
    "a type is read back as it is spelled",
    arguments: ["bool", "u16", "i64", "f32", "ascii[12]", "u16[672]", "u16[65536]"])
  func types(text: String) { #expect(PointType(text)?.description == text) }

  @Test(
    "what is no type is refused",
    arguments: ["", "u8", "u16[", "u16[]", "u16[0]", "u16[65537]", "u16[-1]", "u16[1]]", "U16"])
  func noTypes(text: String) { #expect(PointType(text) == nil) }
}

/// A small machine.
func rig(_ mode: HardwareProfile.ControlMode, bins: Int) -> HardwareProfile {
  let belt = HardwareProfile.Belt(
    speedMillimetresPerSecond: 400, encoderPulsesPerMetre: 1_000, length: Millimetres(4_000), restart: .zero)
  return HardwareProfile(
    name: "rig", title: "", topology: .line, ratedPiecesPerHour: 1_800, binWord: "bin", belt: belt,
    recirculation: nil, induction: .init(minimumGap: Millimetres(100)),
    scanner: .init(position: Millimetres(100), resultDelay: .zero), sizeClasses: [],
    diverters: .init(
      actuation: .zero, reset: .zero, confirmDistance: Millimetres(100), trackingWindow: Millimetres(40),
      faultsToDisable: 3),
    bins: (0..<bins).map {
      HardwareProfile.Bin(
        name: "B\($0)", position: Millimetres(500), side: .left, isEnd: false, capacityPieces: 10,
        capacityThickness: nil, capacityWeight: nil, takes: [])
    },
    sweeping: .init(sweepers: 0, service: .zero...(.zero), callAtPercent: 80, closesBin: false),
    imperfections: .none,
    control: .init(mode: mode, answer: .zero, stallToRideOut: .zero, recordsPerPiece: 8),
    costs: .init(
      currency: "USD", machineMicrosPerHour: 0, staffMicrosPerHour: 0, operators: 0, rejectMicrosPerPiece: 0))
}
