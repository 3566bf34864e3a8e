import FileFormats
import Foundation
import Glibc
import Testing

@Suite("Files that are refused")
struct RefusedFileTests {
  private func profile(_ data: Data) throws -> String {
    let fixture = try Fixture()
    try fixture.write(data, to: "hardware-profiles/rig/profile.json5")
    return complaints { try fixture.library.loadProfile("rig") }
  }

  @Test("an empty file")
  func empty() throws {
    let place = "hardware-profiles/rig/profile.json5:1:1"
    #expect(try profile(Data()) == "\(place): error: the file is empty")
    #expect(try profile(Data([0xEF, 0xBB, 0xBF])) == "\(place): error: the file is empty")
    #expect(
      try profile(Data(" \n// nothing".utf8))
        == "hardware-profiles/rig/profile.json5:2:11: error: the file ends too early"
        + " (found the end of the file, expected a value)")
  }

  @Test("a profile cut off at any byte is refused, never half read")
  func truncated() throws {
    let fixture = try Fixture.whole()
    let bytes = Array(Sample.profile.utf8)
    for count in stride(from: 0, to: bytes.count - 1, by: 41) {
      try fixture.write(Data(bytes[..<count]), to: "hardware-profiles/rig/profile.json5")
      let said = complaints { try fixture.library.loadProfile("rig") }
      #expect(said.hasPrefix("hardware-profiles/rig/profile.json5:"), "cut at \(count): \(said)")
    }
  }

  @Test("a binary file")
  func binary() throws {
    #expect(
      try profile(Data([0x7B, 0x0A, 0x7F, 0x45, 0x00, 0x01]))
        == "hardware-profiles/rig/profile.json5:2:3: error: the file is not text"
        + " (found a NUL byte, expected UTF-8 text)")
  }

  @Test(
    "text that is not UTF-8, in every way it can be wrong",
    arguments: [
      [0xFF], [0xC0, 0xAF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80],
      [0x80], [0xE2, 0x82], [0xF0, 0x9F, 0x93],
    ])
  func notUTF8(bytes: [UInt8]) throws {
    #expect(
      try profile(Data("{ // é\n a: '".utf8 + bytes))
        == "hardware-profiles/rig/profile.json5:2:6: error: the text is not UTF-8"
        + " (found the byte 0x\(String(bytes[0], radix: 16, uppercase: true)), expected UTF-8 text)")
  }

  @Test("a file of a gigabyte, without reading it")
  func gigabyte() throws {
    let fixture = try Fixture()
    try fixture.write("", to: "big.json5")
    #expect(unsafe truncate(fixture("big.json5"), 1 << 30) == 0)
    let begin = ContinuousClock.now
    #expect(
      complaints { try fixture.library.loadProfile("big.json5") }
        == "big.json5:1:1: error: the file is too large"
        + " (found 1073741824 bytes, expected at most 67108864 bytes)")
    #expect(ContinuousClock.now - begin < .seconds(5))
  }

  @Test("a mail file of a gigabyte without a line end, in bounded memory")
  func gigabyteOfMail() throws {
    let fixture = try Fixture()
    try fixture.write("", to: "mail.csv")
    #expect(unsafe truncate(fixture("mail.csv"), 1 << 30) == 0)
    #expect(
      complaints { try MailFile(path: fixture("mail.csv"), shownAs: "mail.csv") }
        == """
        mail.csv:1:1: error: the file does not begin with a header (found a line of more than 64 KiB, expected \
        a header with the columns id,arrived_at,destination,length_mm,width_mm,height_mm,weight_g)
        """)
  }

  @Test("a million nested brackets", arguments: ["[", "{a:"])
  func nested(opening: String) throws {
    let said = try profile(Data(String(repeating: opening, count: 1_000_000).utf8))
    let column = 64 * opening.utf8.count + 1
    #expect(
      said
        == "hardware-profiles/rig/profile.json5:1:\(column): error: lists and objects are nested too deeply"
        + " (found more than 64 levels, expected at most 64)")
  }

  @Test("more values than are allowed")
  func values() throws {
    let source = try SourceText(
      name: "t", bytes: Array(("[" + String(repeating: "0,", count: 1001) + "]").utf8))
    #expect(
      complaints { try JSONNode.read(source, maximumValues: 1000) }
        == "t:1:2000: error: the file holds too many values (expected at most 1000)")
  }

  @Test("a folder, a named pipe and a device")
  func odd() throws {
    let fixture = try Fixture()
    #expect(unsafe mkfifo(fixture("pipe.json5"), 0o600) == 0)
    #expect(unsafe mkdir(fixture("folder.csv"), 0o700) == 0)
    #expect(
      complaints { try fixture.library.loadProfile("pipe.json5") }
        == "pipe.json5: error: this cannot be read as a file (found a named pipe, expected an ordinary file)")
    #expect(
      complaints { try fixture.library.loadPlan("folder.csv") }
        == "folder.csv: error: this cannot be read as a file (found a folder, expected an ordinary file)")
    #expect(
      complaints { try MailFile(path: "/dev/zero") }
        == "/dev/zero: error: this cannot be read as a file (found a device, expected an ordinary file)")
  }

  @Test("a file that is not there names the nearest that is")
  func missing() throws {
    let fixture = try Fixture.whole()
    #expect(
      complaints { try fixture.library.loadScenario("scenarios/dya") }
        == "scenarios/dya: error: there is no such file (did you mean \"scenarios/day\"?)")
    #expect(
      complaints { try fixture.library.loadProfile("rigg") }
        == "rigg: error: there is no profile of this name"
        + " (expected a name in the library, or a path; did you mean \"rig\"?)")
    #expect(
      complaints { try fixture.library.loadPlan("scenarios/plans/town.csv") }
        == "scenarios/plans/town.csv: error: there is no such file (did you mean \"scenarios/plans/towns.csv\"?)"
    )
    #expect(
      complaints { try fixture.library.loadPlan("scenarios/plans/zzz.csv") }
        == "scenarios/plans/zzz.csv: error: there is no such file")
  }

  @Test("what is missing, wrong and unfit have exit codes of their own")
  func categories() throws {
    let fixture = try Fixture.whole()
    #expect(throws: InvalidInput.self) { try fixture.library.loadProfile("rigg") }
    func code(_ body: () throws -> Void) -> Int32? {
      do {
        try body()
        return nil
      } catch { return (error as? InvalidInput)?.exitCode }
    }
    #expect(code { _ = try fixture.library.loadProfile("rigg") } == 66)
    try fixture.write("{", to: "bad.json5")
    #expect(code { _ = try fixture.library.loadProfile("bad.json5") } == 65)
    let unfit = Sample.scenario.replacingOccurrences(of: "bin: \"02\"", with: "bin: \"99\"")
    try fixture.write(unfit, to: "scenarios/day/scenario.json5")
    #expect(code { _ = try fixture.library.loadScenario("scenarios/day") } == 78)
  }
}

@Suite("Files named inside a scenario")
struct ContainmentTests {
  private func replay(_ mail: String, in fixture: Fixture) throws -> String {
    try fixture.write(
      Sample.replay.replacingOccurrences(of: "\"mail.csv\"", with: "\"\(mail)\""),
      to: "scenarios/replay/scenario.json5")
    return complaints { try fixture.library.loadScenario("scenarios/replay") }
  }

  private func said(_ found: String, _ message: String) -> String {
    "scenarios/replay/scenario.json5:4:17: error: \(message)"
      + " (found \"\(found)\", expected a file inside the scenario's folder)"
  }

  @Test("a file in a folder inside the scenario's is read")
  func inside() throws {
    let fixture = try Fixture.whole()
    try fixture.write(Sample.mail, to: "scenarios/replay/more/mail.csv")
    #expect(try replay("more/mail.csv", in: fixture) == "")
  }

  @Test(
    "parents and absolute paths are refused",
    arguments: [
      ("../replay/mail.csv", "a scenario may not name a file outside its folder"),
      ("more/../../x.csv", "a scenario may not name a file outside its folder"),
      ("/etc/hostname", "a scenario may not name a file by an absolute path"),
      ("./mail.csv", "this is not a name for a file"),
      ("a//b.csv", "this is not a name for a file"),
    ])
  func outside(name: String, message: String) throws {
    #expect(try replay(name, in: Fixture.whole()) == said(name, message))
  }

  @Test("a symbolic link inside is followed, one that leads out is refused")
  func links() throws {
    let fixture = try Fixture.whole()
    try fixture.write(Sample.mail, to: "elsewhere.csv")
    let folder = fixture("scenarios/replay/")
    try FileManager.default.createSymbolicLink(atPath: folder + "in.csv", withDestinationPath: "mail.csv")
    try FileManager.default.createSymbolicLink(
      atPath: folder + "out.csv", withDestinationPath: fixture("elsewhere.csv"))
    try FileManager.default.createSymbolicLink(atPath: folder + "up", withDestinationPath: "../..")
    try FileManager.default.createSymbolicLink(atPath: folder + "loop.csv", withDestinationPath: "loop.csv")
    #expect(try replay("in.csv", in: fixture) == "")
    let refused = "a symbolic link leads out of the scenario's folder"
    #expect(try replay("out.csv", in: fixture) == said("out.csv", refused))
    #expect(try replay("up/elsewhere.csv", in: fixture) == said("up/elsewhere.csv", refused))
    #expect(try replay("loop.csv", in: fixture).contains("there is no such file in the scenario's folder"))
  }

  @Test("a named pipe, a folder and a link to a device are refused without being opened")
  func odd() throws {
    let fixture = try Fixture.whole()
    #expect(unsafe mkfifo(fixture("scenarios/replay/pipe.csv"), 0o600) == 0)
    #expect(unsafe mkdir(fixture("scenarios/replay/folder.csv"), 0o700) == 0)
    try FileManager.default.createSymbolicLink(
      atPath: fixture("scenarios/replay/zero.csv"), withDestinationPath: "/dev/zero")
    let ordinary = "this is not an ordinary file"
    #expect(try replay("pipe.csv", in: fixture) == said("pipe.csv", ordinary))
    #expect(try replay("folder.csv", in: fixture) == said("folder.csv", ordinary))
    #expect(
      try replay("zero.csv", in: fixture)
        == said("zero.csv", "a symbolic link leads out of the scenario's folder"))
  }
}
