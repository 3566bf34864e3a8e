import Quantities
import SortlineCLI
import Testing

@Suite("Command lines")
struct GrammarTests {
  @Test("an option takes its value after a space, after an equals sign or joined to its letter")
  func valueForms() throws {
    for words in [["--seed", "7"], ["--seed=7"], ["-s", "7"], ["-s7"], ["-s=7"]] {
      let line = try ProgramSpec.parse(words + ["in"], for: SampleGrammar.sort)
      #expect(line.text("seed") == "7")
      #expect(line.operands == ["in"])
    }
  }

  @Test("options may stand before, between and after arguments")
  func anyOrder() throws {
    let line = try SampleGrammar.parse("-q", "in", "--out", "there", "fast", "-f")
    #expect(line.operands == ["in", "fast"])
    #expect(line.has("quiet") && line.has("force"))
    #expect(line.text("out") == "there")
  }

  @Test("several switches fit in one word, and the last letter may take a value")
  func clusters() throws {
    let line = try SampleGrammar.parse("-qfo", "there", "in")
    #expect(line.has("quiet") && line.has("force") && line.text("out") == "there")
  }

  @Test("after -- everything is an argument")
  func terminator() throws {
    let line = try SampleGrammar.parse("--", "--seed")
    #expect(line.operands == ["--seed"] && !line.has("seed"))
  }

  @Test("a negative number is a value or an argument, not an option")
  func negativeNumbers() throws {
    #expect(try SampleGrammar.parse("in", "--seed", "-5").text("seed") == "-5")
    #expect(try ProgramSpec.parse(["-5", "-.5"], for: SampleGrammar.look).operands == ["-5", "-.5"])
  }

  @Test("an option that may be repeated keeps every value in order")
  func repeats() throws {
    #expect(try SampleGrammar.parse("in", "--only", "A", "--only=B").values["only"] == ["A", "B"])
  }

  @Test("a value may be empty-looking or contain an equals sign, but not be empty")
  func oddValues() throws {
    #expect(try SampleGrammar.parse("in", "--out=a=b").text("out") == "a=b")
    #expect(throws: UsageError("--out needs a value (DIR), and it is empty", command: "sort")) {
      try SampleGrammar.parse("in", "--out=")
    }
  }

  @Test(
    "what is wrong is said with what was probably meant",
    arguments: [
      (["in", "--sede", "7"], "'sort' has no option '--sede'", "Did you mean --seed?"),
      (["in", "--colour", "gren"], "--colour cannot be 'gren'", "Did you mean green?"),
      (["in", "fsat"], "MODE cannot be 'fsat'", "Did you mean fast?"),
      (["in", "zzz"], "MODE cannot be 'zzz'", "It can be fast, careful."),
      (["in", "-seed"], "'sort' has no option '-seed'", "Did you mean --seed?"),
      (["in", "--seed"], "--seed needs a value: --seed N", ""),
      (["in", "--seed", "1", "--seed", "2"], "--seed is given twice: '1' and '2'", "Give it once."),
      (["in", "--quiet=yes"], "--quiet takes no value", ""),
      (["in", "fast", "more"], "'sort' does not know what to do with 'more'", ""),
      ([], "'sort' needs FOLDER: where the mail is", ""),
      (
        ["in", "--out", "--quiet"], "--out needs a value: --out DIR",
        "'--quiet' follows; if that is the value, write --out=--quiet."
      ),
      (["in", "\u{1B}[2J", "x"], "'sort' does not know what to do with 'x'", ""),
    ])
  func mistakes(words: [String], message: String, advice: String) {
    do {
      _ = try ProgramSpec.parse(words, for: SampleGrammar.sort)
      Issue.record("\(words) was taken")
    } catch {
      #expect(error.message == message)
      #expect(error.advice == advice)
      #expect(error.command == "sort")
    }
  }

  @Test(
    "an unknown command suggests the nearest one",
    arguments: [
      ("srot", "Did you mean 'sort'?"), ("loook", "Did you mean 'look'?"), ("hlep", "Did you mean 'help'?"),
      ("qqqqqq", "The commands are sort, look and help."),
    ])
  func unknownCommand(word: String, advice: String) {
    #expect(throws: UsageError("there is no command '\(word)'", advice: advice)) {
      try SampleGrammar.program.parse([word])
    }
  }

  @Test("an option before the command that belongs to a command says where to write it")
  func misplacedOption() {
    #expect(
      throws: UsageError(
        "there is no option '--out' before the command",
        advice: "--out is an option of 'sort'; write it after that word.")
    ) { try SampleGrammar.program.parse(["--out", "x", "sort"]) }
  }

  @Test("help is wanted with --help, -h, help COMMAND, or no word at all; arguments may then be missing")
  func help() throws {
    for words in [[], ["--help"], ["-h"], ["help"], ["help", "help"]] {
      guard case .programHelp = try SampleGrammar.program.parse(words) else {
        Issue.record("\(words) is not the help page")
        continue
      }
    }
    for words in [
      ["sort", "--help"], ["sort", "-h"], ["help", "sort"], ["sort", "-q", "--help", "--bad"],
    ] {
      guard case .commandHelp(let spec) = try SampleGrammar.program.parse(words) else {
        Issue.record("\(words) is not the help page of sort")
        continue
      }
      #expect(spec.name == "sort")
    }
  }

  @Test("a whole number is read in decimal and hexadecimal up to the largest there is")
  func integers() throws {
    let all = UInt64.min...UInt64.max
    #expect(try SampleGrammar.parse("in", "--seed=18446744073709551615").integer("seed", in: all) == .max)
    #expect(try SampleGrammar.parse("in", "--seed=0xFF").integer("seed", in: all) == 255)
    for text in ["18446744073709551616", "-1", "+1", "1.5", "seven", "1e3", "0x", "²"] {
      #expect(throws: UsageError.self) {
        try SampleGrammar.parse("in", "--seed=\(text)").integer("seed", in: all)
      }
    }
  }
}

@Suite("Spans of time on the command line")
struct DurationTests {
  @Test(
    "a span is a number with its unit, or several, largest first",
    arguments: [
      ("90s", 90_000_000_000), ("10m", 600_000_000_000), ("1h30m", 5_400_000_000_000), ("250ms", 250_000_000),
      ("1.5h", 5_400_000_000_000), ("0.000000001s", 1), ("2d", 172_800_000_000_000), ("1ns", 1),
      ("1.0000000000s", 1_000_000_000),
    ] as [(String, Int64)])
  func good(text: String, nanoseconds: Int64) {
    #expect(Nanoseconds(spelled: text)?.rawValue == nanoseconds)
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", "90", "s", "1h1h", "1m1h", "-5s", "1..5s", "1.s", "5 s", "0.0000000001s", "10000000h", "1x", "9e3s",
      "106751d24h",
    ])
  func bad(text: String) {
    #expect(Nanoseconds(spelled: text) == nil)
  }

  @Test("a number without a unit is answered with the three ways to write it")
  func advice() {
    #expect(
      throws: UsageError(
        "--until needs a time above zero with its unit, not '90'",
        advice: "Write 90s for seconds, 90m for minutes or 90h for hours.", command: "sort")
    ) { try SampleGrammar.parse("in", "--until", "90").duration("until") }
  }

  @Test("no time at all is answered with times that can be, not with zero again")
  func noTime() {
    #expect(
      throws: UsageError(
        "--until needs a time above zero with its unit, not '0'",
        advice: "Write it as 90s, 10m, 1h30m or 250ms, up to 292 years.", command: "sort")
    ) { try SampleGrammar.parse("in", "--until", "0").duration("until") }
  }
}
