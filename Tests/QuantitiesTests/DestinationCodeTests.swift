import Testing

@testable import Quantities

@Suite("Destination codes")
struct DestinationCodeTests {
  private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")

  private func randomText(_ random: inout UInt64) -> String {
    func next(_ bound: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((random >> 33) % UInt64(bound))
    }
    return String((0..<1 + next(12)).map { _ in Self.alphabet[next(36)] })
  }

  @Test("the order of packed codes is the order of their texts, and each packs back to its text")
  func order() throws {
    var random: UInt64 = 42
    var texts = (0..<2000).map { _ in randomText(&random) }
    texts += ["0", "00", "000000000000", "9", "A", "Z", "ZZZZZZZZZZZZ", "1", "10", "1A", "A1"]
    let codes = try texts.map { try #require(DestinationCode($0)) }
    for (text, code) in zip(texts, codes) {
      #expect(code.description == text)
      #expect(code.length == text.count)
    }
    let byText = Set(texts).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    #expect(Set(codes).sorted().map(\.description) == byText)
  }

  @Test(
    "small letters count as capitals, spaces and hyphens are dropped",
    arguments: [
      ("sw1a 1aa", "SW1A1AA"), ("01310-100", "01310100"), ("k1a0b1", "K1A0B1"), (" 3-3 1 ", "331"),
      ("1 2 3 4 5 6 7 8 9 0 1 2", "123456789012"),
    ])
  func spelling(text: String, wanted: String) {
    #expect(DestinationCode(text)?.description == wanted)
    #expect(DestinationCode(utf8: Array(text.utf8)) == DestinationCode(wanted))
  }

  @Test(
    "what is no code is refused",
    arguments: [
      "", " ", "---", "1234567890123", "33?01", "33_01", "é", "3\u{0}1", "１２３", "12.3", "+1", "33\n1", "[",
      "@", "`", "{", "/", ":",
    ])
  func refused(text: String) {
    #expect(DestinationCode(text) == nil)
  }

  @Test("the largest code fits, and none packs to the empty code")
  func limits() throws {
    let largest = try #require(DestinationCode("ZZZZZZZZZZZZ"))
    #expect(largest.rawValue <= UInt64(Int64.max))
    let smallest = try #require(DestinationCode("0"))
    #expect(smallest > .none && smallest.rawValue == DestinationCode.weight(afterCharacters: 1))
    #expect(DestinationCode.none.description == "" && DestinationCode.none.length == 0)
    #expect(DestinationCode.weight(afterCharacters: 12) == 1)
    #expect(DestinationCode.weight(afterCharacters: 9) == 37 * 37 * 37)
  }

  @Test("a code longer by a character comes after, and before every other beginning")
  func prefixes() throws {
    for text in ["3", "33", "A9", "ZZZ", "1234567890A"] {
      let code = try #require(DestinationCode(text))
      let longer = try #require(DestinationCode(text + "0"))
      let longest = try #require(DestinationCode(text + String(repeating: "Z", count: 12 - text.count)))
      #expect(code < longer && longer <= longest)
      let step = DestinationCode.weight(afterCharacters: text.count)
      #expect(longest.rawValue < code.rawValue + step)
      #expect(code.rawValue + step - longest.rawValue == 1, "nothing lies in between")
    }
  }
}
