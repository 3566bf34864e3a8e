import FileFormats
import Quantities
import SorterModel
import Testing

@Suite("Lines of a scanner")
struct ScannerLineTests {
  private func read(_ lines: String...) throws -> ScannerReading? {
    var parser = ScannerLineParser()
    var last: ScannerReading?
    for line in lines { last = try parser.read(Array(line.utf8)) }
    return last
  }

  private let letter = Dimensions(
    length: Millimetres(tenths: 2405), width: Millimetres(tenths: 1250), height: Millimetres(tenths: 7),
    weight: Grams(tenths: 201))

  @Test("CSV, CSV under a header and JSON say the same")
  func forms() throws {
    let code = try #require(DestinationCode("33101"))
    let wanted = ScannerReading(piece: PieceID(17), code: code, dimensions: letter)
    #expect(try read("33101,240.5,125,0.7,20.1,17") == wanted)
    #expect(try read("33101, 240.50,\"125\", 0.7, 20.19, 17\r") == wanted)
    let header = "piece,lane,weight_g,height_mm,width_mm,length_mm,destination"
    #expect(try read(header, "17,4,20.1,0.7,125,240.5,33101") == wanted)
    #expect(
      try read(
        #"{"destination": "33101", "length_mm": 240.5, "width_mm": 125, "height_mm": "0.7", "weight_g": 20.1, "piece": 17, "lane": [4]}"#
      ) == wanted)
    #expect(try read("\u{2}33101,240.5,125,0.7,20.1,17\u{3}") == wanted, "framed by STX and ETX")
  }

  @Test("what was not read is said so, and a code without measures is one without data")
  func qualities() throws {
    for word in ["", "NOREAD", "noread", "?", "NR"] {
      let reading = try read("\(word),240.5,125,0.7,20.1")
      #expect(reading?.quality == .noRead && reading?.code == DestinationCode.none, "\(word)")
    }
    #expect(try read("MULTIREAD,240.5,125,0.7,20.1")?.quality == .multiRead)
    #expect(try read("33101")?.quality == .noData)
    #expect(try read("33101,,,,,9")?.piece == PieceID(9))
    #expect(try read(#"{"destination":"33101","quality":"noData"}"#)?.quality == .noData)
    var assuming = ScannerLineParser(assuming: letter)
    let assumed = try assuming.read(Array("33101".utf8))
    #expect(assumed?.quality == .good && assumed?.dimensions == letter)
    #expect(try read("") == nil)
  }

  @Test(
    "what is wrong with a line is said with what was found and what was expected",
    arguments: [
      ("33#01,240,125,1,20", "the destination \"33#01\" is not 1 to 12 digits or letters"),
      ("33101,240,125,1", "weight_g is missing"),
      ("33101,240,125,1,-4", "weight_g is \"-4\"; expected a number from 0"),
      ("33101,9999999,125,1,4", "length_mm is \"9999999\"; expected a number from 0 to 6553"),
      ("33101,NaN,125,1,4", "length_mm is \"NaN\""), ("33101,1e3,125,1,4", "length_mm is \"1e3\""),
      ("33101,240,125,1,4,0", "the piece \"0\" is not a number from 1"),
      ("33101,240,125,1,4,x", "the piece \"x\""),
      ("33101,240,125,1,4,1,bad", "the quality \"bad\" is not one of good, noRead, multiRead, noData"),
      ("33101,240,125,1,4,1,noread", "did you mean noRead?"),
      ("1,2,3,4,5,6,good,8", "the line has 8 fields; expected at most 7"),
      ("\"33101,240", "a quoted field is not closed"), ("\"33\"101", "a quoted field is not written as CSV"),
      ("{\"destination\": 33", "the line is not JSON: column"),
      ("{\"destination\": [1]}", "destination is a list; expected a text or a number"),
      (String(repeating: "1", count: 4097), "the line has 4097 bytes; expected at most 4096"),
    ])
  func faults(_ line: String, _ wanted: String) {
    var parser = ScannerLineParser()
    do throws(ScannerLineParser.Fault) {
      let reading = try parser.read(Array(line.utf8))
      Issue.record("\(line) was read as \(String(describing: reading))")
    } catch {
      #expect(error.description.contains(wanted), "\(error)")
    }
  }

  @Test("no line whatever traps", arguments: 0..<40)
  func noise(_ seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    var parser = ScannerLineParser()
    let samples = [
      "33101,240.5,125,0.7,20.1,17", #"{"destination":"33101","length_mm":240.5,"piece":17}"#,
      "piece,weight_g,destination",
    ].map { Array($0.utf8) }
    for round in 0..<500 {
      var line = samples[round % samples.count]
      for _ in 0..<4 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let place = Int(state >> 33) % line.count
        line[place] = UInt8(truncatingIfNeeded: state >> 20)
      }
      if let reading = try? parser.read(line), reading.quality == .good {
        #expect(reading.code != .none)
      }
    }
  }
}
