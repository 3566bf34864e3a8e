import Foundation
import Quantities
import Soak
import SortlineCLI
import Testing

@Suite("soak")
struct SoakCommandTests {
  @Test("a soak tells seeds, pieces and faults by class, and ends with 0 when everything held")
  func soaks() throws {
    let world = try SmallWorld()
    let answer = world.run("soak", "--seeds", "12", "--pieces", "60", "--jobs", "2")
    #expect(answer.code == .ok, "\(answer.out)\(answer.err)")
    for word in ["12 seeds from 1, 60 pieces each", "link", "device", "sensor", "operator", "clock", "kill"] {
      #expect(answer.out.contains(word), "\(word)")
    }
    #expect(!answer.out.contains("BROKEN") && !answer.out.contains("NEVER"))
  }

  @Test("its JSON is the same for any number of jobs, but for the time it took")
  func json() throws {
    let world = try SmallWorld()
    func result(_ jobs: String) throws -> NSDictionary {
      let answer = world.run(
        "soak", "--seeds", "4", "--pieces", "30", "--start", "40", "--jobs", jobs, "--json")
      var value = try #require(
        try JSONSerialization.jsonObject(with: Data(answer.out.utf8)) as? [String: Any])
      value["elapsed_s"] = nil
      return value as NSDictionary
    }
    #expect(try result("1") == result("3"))
  }

  @Test("a class of faults that never came about is told, and ends with 1")
  func never() throws {
    let world = try SmallWorld()
    let answer = world.run("soak", "--seeds", "1", "--pieces", "5", "--start", "4", "--quiet")
    #expect(answer.code == .thresholdFailed)
    #expect(answer.out.contains("NEVER: no fault of the class"))
  }

  @Test("a case file is run again, and says what it was made for")
  func cases() throws {
    let world = try SmallWorld()
    let soakCase = SoakCase(seed: 7, pieces: 25)
    let violation = try #require(
      SoakCase(seed: 7, pieces: 120).run(flaw: .resendsCommands).violation)
    try world.folder.write("case.json5", SoakCaseText(soakCase, violation).text)
    let answer = world.run("soak", "--case", "@case.json5", "--json")
    #expect(answer.code == .ok, "\(answer.out)\(answer.err)")
    let value = try #require(
      try JSONSerialization.jsonObject(with: Data(answer.out.utf8)) as? [String: Any])
    var report = SoakReport()
    report.add(soakCase.run(), seed: 7)
    #expect(value["digest"] as? String == String(report.digest, radix: 16).leftPadded)
    #expect(value["fed"] as? Int == report.fed)
  }

  @Test("a wrong case file is told with its places, and ends with 65")
  func wrongCase() throws {
    let world = try SmallWorld()
    try world.folder.write(
      "case.json5",
      "{ schema_version: 1, seed: 1, pieces: 0, faults: [\n{ fault: \"link-lost-replay\", at_ms: -1 }] }")
    let answer = world.run("soak", "--case", "@case.json5")
    #expect(answer.code == .badData)
    #expect(answer.err.contains("@case.json5:1:39: error:"))
    #expect(answer.err.contains("did you mean \"link-lost-reply\"?"))
    #expect(answer.err.contains("\"at_ms\" may not be negative"))
    #expect(world.run("soak", "--case", "@none.json5").code == .noInput)
  }

  @Test("a case with seeds beside it is refused", arguments: ["--seeds", "--pieces", "--start", "--jobs"])
  func usage(option: String) throws {
    let answer = try SmallWorld().run("soak", "--case", "x.json5", option, "3")
    #expect(answer.code == .usage)
    #expect(answer.err.contains("'soak' takes --case or \(option), not both"))
  }
}

extension String {
  /// Sixteen digits, with zeros in front.
  var leftPadded: String { String(repeating: "0", count: max(0, 16 - count)) + self }
}
