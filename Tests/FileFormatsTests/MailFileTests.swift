import EventRecords
import FileFormats
import Foundation
import Quantities
import SorterModel
import Testing

@Suite("Mail files")
struct MailFileTests {
  static let header = "id,arrived_at,destination,length_mm,width_mm,height_mm,weight_g\n"

  /// What a mail file of this text answers, piece by piece.
  private func answers(
    _ text: String, startsAt: Int64? = nil, compressTime: Int = 1, strict: Bool = false
  ) throws -> (mail: MailFile, pieces: [Mailpiece], answers: [MailAnswer]) {
    let fixture = try Fixture()
    try fixture.write(text, to: "mail.csv")
    let mail = try MailFile(
      path: fixture("mail.csv"), shownAs: "mail.csv", startsAt: startsAt, compressTime: compressTime,
      strict: strict)
    var piece = Mailpiece(
      arrivedAt: .start, destination: .none,
      dimensions: Dimensions(length: .zero, width: .zero, height: .zero, weight: .zero))
    var pieces: [Mailpiece] = []
    var answers: [MailAnswer] = []
    while true {
      let answer = mail.next(into: &piece)
      if answer == .end { return (mail, pieces, answers) }
      if answer == .piece { pieces.append(piece) }
      answers.append(answer)
    }
  }

  @Test("pieces come as they are written, from the hour of the first")
  func whole() throws {
    let (mail, pieces, _) = try answers(Sample.mail)
    #expect(mail.startsAt == 1_767_636_000)
    #expect(pieces.map(\.name.description) == ["A1", "A2", "A3"])
    #expect(pieces.map(\.arrivedAt.rawValue) == [1_200_000_000_000, 1_201_250_000_000, 1_202_000_000_000])
    #expect(pieces.map(\.destination.description) == ["33101", "33201", "33402"])
    #expect(pieces[1].dimensions.length == Millimetres(tenths: 2205))
    #expect(pieces[1].dimensions.weight == Grams(tenths: 201))
    #expect(pieces[2].dimensions.length < pieces[2].dimensions.width)
  }

  @Test("the form of the file changes nothing: line ends, quotes, order, further columns, a byte order mark")
  func forms() throws {
    let plain = try answers(Sample.mail).pieces
    let windows = Sample.mail.replacingOccurrences(of: "\n", with: "\r\n")
    #expect(try answers(windows).pieces == plain)
    #expect(try answers(windows + "\r\n\r\n").pieces == plain)
    #expect(try answers("\u{FEFF}" + Sample.mail).pieces == plain)
    #expect(try answers("# from the dock\n\n" + Sample.mail).pieces == plain)
    let quoted = Sample.mail.split(separator: "\n").map { line in
      line.split(separator: ",").map { "\"\($0)\"" }.joined(separator: ",")
    }
    #expect(try answers(quoted.joined(separator: "\n")).pieces == plain)
    let turned = Sample.mail.split(separator: "\n").map { line in
      let fields = line.split(separator: ",")
      return (["\"a, \"\"b\"\"\nc\"", ""] + fields.reversed()).joined(separator: ",")
    }
    let named = turned.joined(separator: "\n").replacingOccurrences(
      of: "\"a, \"\"b\"\"\nc\",,weight_g", with: "note,empty,weight_g")
    #expect(try answers(named).pieces == plain)
  }

  @Test("time can be compressed, and a stated start refuses what came before")
  func time() throws {
    #expect(
      try answers(Sample.mail, compressTime: 3).pieces.map(\.arrivedAt.rawValue)
        == [400_000_000_000, 400_416_666_666, 400_666_666_666])
    let (mail, pieces, said) = try answers(Sample.mail, startsAt: 1_767_637_201)
    #expect(pieces.map(\.name.description) == ["A2", "A3"])
    #expect(pieces.first?.arrivedAt == Instant(250_000_000))
    #expect(said.first == .refused(line: 2, fault: MailFault.timeOrder.rawValue))
    #expect(
      mail.refusals.map(\.description) == [
        "mail.csv:2:4: error: the piece arrived before the run begins (found \"2026-01-05T18:20:00Z\","
          + " expected the time the run begins, or later)"
      ])
  }

  static let badRows: [(String, MailFault, String)] = [
    (
      "A9,2026-01-05T18:20:03Z,33101,220,110,1.2", .fieldCount,
      "1: error: the row has the wrong number of fields (found 6, expected 7, as in the header)"
    ),
    (
      "A9,2026-01-05T18:20:03Z,33101,220,110,1.2,20,", .fieldCount,
      "1: error: the row has the wrong number of fields (found 8, expected 7, as in the header)"
    ),
    (
      ",2026-01-05T18:20:03Z,33101,220,110,1.2,20", .id,
      "1: error: the id is empty (expected 1 to 56 bytes)"
    ),
    (
      "123456789012345678901234567890123456789012345678901234567,2026-01-05T18:20:03Z,33101,220,110,1.2,20",
      .id,
      "1: error: the id is too long (found \"123456789012345678901234567890123456789012345678901234567\","
        + " expected at most 56 bytes)"
    ),
    (
      "A1,2026-01-05T18:20:03Z,33101,220,110,1.2,20", .duplicateID,
      "1: error: this id stands on an earlier row (found \"A1\", expected each id once)"
    ),
    (
      "A9,2026-01-05T18:20:03,33101,220,110,1.2,20", .time,
      "4: error: \"arrived_at\" is not a time (found \"2026-01-05T18:20:03\", expected ISO 8601 with Z or an"
        + " offset, as 2026-01-05T18:00:00Z, from 1970 to 2199)"
    ),
    (
      "A9,2026-01-05T18:19:59Z,33101,220,110,1.2,20", .timeOrder,
      "4: error: the piece arrived before that of the row above (found \"2026-01-05T18:19:59Z\", expected rows in"
        + " the order of arrival)"
    ),
    (
      "A9,2026-01-05T18:20:03Z,33_01,220,110,1.2,20", .destination,
      "25: error: the destination is not a code (found \"33_01\", expected 1 to 12 digits or letters)"
    ),
    (
      "A9,2026-01-05T18:20:03Z,33101,0,110,1.2,20", .dimension,
      "31: error: \"length_mm\" is not the side of a piece (found \"0\", expected millimetres above 0 and up to"
        + " 6553.5, with at most 1 decimal)"
    ),
    (
      "A9,2026-01-05T18:20:03Z,33101,220,6553.6,1.2,20", .dimension,
      "35: error: \"width_mm\" is not the side of a piece (found \"6553.6\", expected millimetres above 0 and up"
        + " to 6553.5, with at most 1 decimal)"
    ),
    (
      "A9,2026-01-05T18:20:03Z,33101,220,110,1.25,20", .dimension,
      "39: error: \"height_mm\" is not the side of a piece (found \"1.25\", expected millimetres above 0 and up to"
        + " 6553.5, with at most 1 decimal)"
    ),
    (
      "A9,2026-01-05T18:20:03Z,33101,220,110,1.2,-1", .weight,
      "43: error: \"weight_g\" is not a weight (found \"-1\", expected grams from 0 to 1000000, with at most 1"
        + " decimal)"
    ),
    (
      "A9,2026-01-05T18:20:03Z,33101,220,110,1.2,\"20\"0", .quoting,
      "1: error: the row has a quote that is not closed, or text behind a closing one (found"
        + " \"A9,2026-01-05T18:20:03Z,33101,220,110,1.2,\\\"20\\\"0\", expected fields as RFC 4180 quotes them)"
    ),
    (
      "A\u{0},2026-01-05T18:20:03Z,33101,220,110,1.2,20", .encoding,
      "1: error: the row is not text (found \"A\\u{0},2026-01-05T18:20:03Z,33101,220,110,1.2,20\","
        + " expected UTF-8 without NUL bytes)"
    ),
    (
      "\u{1B}[2J,2026-01-05,33101,220,110,1.2,20", .time,
      "6: error: \"arrived_at\" is not a time (found \"2026-01-05\", expected ISO 8601 with Z or an offset, as"
        + " 2026-01-05T18:00:00Z, from 1970 to 2199)"
    ),
  ]

  @Test(
    "a wrong row is refused with its line, its fault and its message, and the mail goes on",
    arguments: badRows
  )
  func badRow(row: String, fault: MailFault, message: String) throws {
    let first = "A1,2026-01-05T18:20:00Z,33101,220,110,1.2,20\n"
    let last = "B1,2026-01-05T18:20:09Z,33101,220,110,1.2,20\n"
    let (mail, pieces, said) = try answers(Self.header + first + row + "\n" + last)
    #expect(said == [.piece, .refused(line: 3, fault: fault.rawValue), .piece])
    #expect(pieces.map(\.name.description) == ["A1", "B1"])
    #expect(mail.refusals.map(\.description) == ["mail.csv:3:" + message])
    #expect((mail.rows, mail.pieces, mail.refused) == (3, 2, 1))
    #expect(mail.refusedByFault[Int(fault.rawValue)] == 1)
    #expect(mail.failure == nil)
  }

  @Test("a row that is not UTF-8 and a row that is too long are refused")
  func bytes() throws {
    let row = "A1,2026-01-05T18:20:00Z,33101,220,110,1.2,20\n"
    let fixture = try Fixture()
    var data = Data((Self.header + row).utf8)
    data += Data("A2".utf8) + [0xFF] + Data(row.utf8)
    data += Data((String(repeating: "x", count: 70_000) + row).utf8)
    data += Data(("\"" + String(repeating: "y,", count: 50_000) + row).utf8)
    data += Data(row.replacingOccurrences(of: "A1", with: "A3").utf8)
    try fixture.write(data, to: "mail.csv")
    let count = try MailFile.count(path: fixture("mail.csv"), shownAs: "mail.csv")
    #expect(
      count.refusals.map(\.description) == [
        "mail.csv:3:1: error: the row is not text (found \"A2\\xFFA1,2026-01-05T18:20:00Z,33101,220,110,1.2,20\","
          + " expected UTF-8 without NUL bytes)",
        "mail.csv:4:1: error: the row is too long (found more than 64 KiB, expected at most 64 KiB)",
        "mail.csv:5:1: error: the row has a quote that is not closed, or text behind a closing one (found"
          + " \"\\\"\(String(repeating: "y,", count: 29))y…\", expected fields as RFC 4180 quotes them)",
      ])
    #expect((count.rows, count.pieces) == (5, 2))
  }

  @Test("strict reading ends at the first refused row and says why")
  func strict() throws {
    let text = Self.header + "A1,2026-01-05T18:20:00Z,33101,220,110,1.2,20\nA2,soon,33101,220,110,1.2,20\n"
    let (mail, pieces, said) = try answers(
      text + "A3,2026-01-05T18:20:00Z,33101,220,110,1.2,20\n", strict: true)
    #expect(pieces.count == 1)
    #expect(said.last == .refused(line: 3, fault: MailFault.time.rawValue))
    #expect(mail.failure?.exitCode == 65)
    #expect(mail.failure?.description.hasPrefix("mail.csv:3:4: error: \"arrived_at\" is not a time") == true)
  }

  @Test(
    "times in every form mean the same moment",
    arguments: [
      "2026-01-05T18:20:00Z", "2026-01-05T18:20:00.000Z", "2026-01-05t18:20:00z", "2026-01-05 18:20:00+00:00",
      "2026-01-05T23:50:00+05:30", "2026-01-05T13:20:00-0500", "2026-01-06T04:20:00+10",
      "2026-01-05T18:20:00,0Z",
    ])
  func times(text: String) throws {
    let row = "A1,\"\(text)\",33101,220,110,1.2,20\n"
    #expect(try answers(Self.header + row).pieces.map(\.arrivedAt) == [Instant(1_200_000_000_000)])
  }

  @Test(
    "what is not a time is refused",
    arguments: [
      "2026-02-29T18:20:00Z", "2026-13-01T18:20:00Z", "2026-01-05T24:00:00Z", "2026-01-05T18:60:00Z",
      "2026-01-05T18:20:60Z", "1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "2026-01-05T18:20Z",
      "26-01-05T18:20:00Z",
      "2026-01-05T18:20:00.Z", "2026-01-05T18:20:00.1234567890Z", "2026-01-05T18:20:00+24:00",
      "2026-01-05T1:8:20:00Z",
      "2026-01-05T18:20:0:Z", "2026-01-05T18;20:00Z", "+026-01-05T18:20:00Z", "2026-01-05T18:20:00+1:000",
      "now", "",
    ])
  func notTimes(text: String) throws {
    let good = "A1,2026-01-05T18:20:00Z,33101,220,110,1.2,20\n"
    let (_, _, said) = try answers(Self.header + good + "A2,\"\(text)\",33101,220,110,1.2,20\n")
    #expect(said.last == .refused(line: 3, fault: MailFault.time.rawValue))
  }

  @Test("a double is found among the last 65,536 ids, and not for ever")
  func doubles() throws {
    var text = Self.header
    for index in 0..<140_000 { text += "P\(index),2026-01-05T18:20:00Z,33101,220,110,1.2,20\n" }
    for index in [139_999, 139_999 - 65_535, 0] {
      text += "P\(index),2026-01-05T18:20:00Z,33101,220,110,1.2,20\n"
    }
    let (mail, pieces, said) = try answers(text)
    #expect(said.suffix(3).dropLast().allSatisfy { $0 != .piece })
    #expect(said.last == .piece)
    #expect(mail.refusedByFault[Int(MailFault.duplicateID.rawValue)] == 2)
    #expect(pieces.count == 140_001)
  }

  @Test("real parcels are read whole, and the same count comes from a plain reading")
  func realParcels() throws {
    let path = packageRoot + "/../shared/data/olist-items-2017.csv"
    guard FileManager.default.fileExists(atPath: path) else {
      print("skipped: the real parcels are not on this machine")
      return
    }
    let count = try MailFile.count(path: path)
    #expect((count.rows, count.refused) == (14_994, 0))
    let mail = try MailFile(path: path)
    #expect(mail.startsAt == 1_476_064_800)
    let rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst()
    var piece = Mailpiece(
      arrivedAt: .start, destination: .none,
      dimensions: Dimensions(length: .zero, width: .zero, height: .zero, weight: .zero))
    for row in rows {
      #expect(mail.next(into: &piece) == .piece)
      let fields = row.split(separator: ",")
      #expect(piece.name.description == fields[0])
      #expect(piece.destination == DestinationCode(fields[2]))
      #expect(piece.dimensions.length.description == fields[3])
      #expect(piece.dimensions.weight.description == fields[6])
      let moment = try #require(CalendarTime.moment(fields[1]))
      #expect(piece.arrivedAt.rawValue == (moment.seconds - mail.startsAt) * 1_000_000_000)
    }
    #expect(mail.next(into: &piece) == .end)
  }
}
