import SortlineCLI
import Testing

@Suite("Help pages")
struct HelpPageTests {
  private let plain = HelpPage(traits: .plain)

  @Test("a command's page shows usage, examples, arguments and grouped options in this order")
  func commandPage() {
    let expected = """
      sortline sort: Sort mail.

      Usage: sortline sort FOLDER [MODE] [options]

      Examples:
        sortline sort mail  sorts the mail

      Arguments:
        FOLDER  where the mail is
        MODE    how

      What to sort:
        -s, --seed N          Begin with this number. Without it: the file's.
        -u, --until TIME      Stop then.
            --only BIN        Only this bin.
            --table FILE      Take this table.
            --plan NAME|FILE  Take this plan.

      What to print:
            --colour WORD     Which colour. One of: red, green.
        -o, --out DIR         Write here.
        -q, --quiet           Print nothing.
        -f, --force           Replace what is there.
        -h, --help            Show this page.

      It sorts.

      """
    #expect(plain.text(for: SampleGrammar.sort) == expected)
  }

  @Test("the program's page begins with what it is, usage and examples, and lists every command")
  func programPage() {
    let text = plain.text(for: SampleGrammar.program)
    #expect(
      text.hasPrefix("sortline 9.9.9: sorts mail\n\nUsage: sortline COMMAND [options]\n\nStart here:\n"))
    #expect(text.contains("\nWork:\n  sort  Sort mail.\n  look  Look at files.\n"))
    #expect(text.contains("  130  stopped by"))
  }

  @Test("no line is wider than the place", arguments: [40, 60, 80, 100, 200])
  func width(columns: Int) {
    let page = HelpPage(traits: TerminalTraits(isTerminal: true, width: columns))
    for command in SortlineProgram.spec.commands {
      for line in page.text(for: command).split(separator: "\n") {
        // A line to type is never broken.
        if line.hasPrefix("  sortline ") || line.hasPrefix("  source ") || line.hasPrefix("Usage:") {
          continue
        }
        #expect(line.count <= columns, "\(command.name): \(line)")
      }
    }
  }

  @Test("colour is written on terminals only, and never with NO_COLOR")
  func colour() {
    let coloured = HelpPage(traits: TerminalTraits(isTerminal: true, width: 80, isColoured: true))
    #expect(coloured.text(for: SampleGrammar.sort).contains("\u{1B}[1mUsage:\u{1B}[0m"))
    #expect(!plain.text(for: SampleGrammar.sort).contains("\u{1B}"))
    let file = TerminalTraits.of(descriptor: -1, environment: ["TERM": "xterm"])
    #expect(!file.style.isColoured && !file.isTerminal)
  }

  @Test("every command, argument and option says what it is, and every command has an example")
  func completeness() {
    for command in SortlineProgram.spec.commands {
      #expect(!command.abstract.isEmpty && command.abstract.count <= 80)
      #expect(!command.examples.isEmpty)
      for argument in command.arguments { #expect(!argument.help.isEmpty) }
      for option in command.options { #expect(!option.help.isEmpty) }
      let names = command.options.map(\.long) + command.options.compactMap { $0.short.map(String.init) }
      #expect(Set(names).count == names.count, "\(command.name) has an option twice")
    }
  }
}
