import Quantities
import Testing

@testable import SorterModel

@Suite("What can be wrong with a plan")
struct PlanIssueTests {
  private typealias Machine = SampleMachine

  private func issues(_ rules: [SortPlan.Rule]) -> [String] {
    let compilation = CompiledPlan.compile(SortPlan(name: "p", rules: rules), for: Machine.profile())
    let isRefused = compilation.plan == nil
    let hasError = compilation.issues.contains { $0.isError }
    #expect(isRefused == hasError)
    return compilation.issues.map { "\($0.line): \($0.description)" }
  }

  @Test("a plan without faults compiles without a word")
  func clean() {
    let found = issues([
      Machine.sort("3", ["1", "2"], alternates: ["3"], line: 2), Machine.sort("*", ["4"], line: 3),
      Machine.overflow(["5"]), Machine.reject(.noRead, ["6"], line: 97), Machine.reject(),
    ])
    #expect(found == [])
  }

  @Test("bins and size classes that the machine does not have are named")
  func unknownNames() {
    let found = issues([
      Machine.sort("3", ["1", "099"], alternates: ["X"], line: 2),
      Machine.sort("4", ["1"], size: "parcel", line: 3), Machine.reject(nil, ["R9"], line: 4),
    ])
    #expect(
      found == [
        "2: the machine has no bin \"099\"", "2: the machine has no bin \"X\"",
        "3: the machine has no size class \"parcel\"", "4: the machine has no bin \"R9\"",
      ])
  }

  @Test("two rules of one length and class that overlap are told with an example")
  func overlap() {
    let found = issues([
      Machine.sort("330-339", ["1"], line: 2), Machine.sort("335-345", ["2"], line: 3),
      Machine.sort("335", ["3"], size: "letter", line: 4), Machine.reject(),
    ])
    #expect(found == ["3: this rule and the one on line 2 are equally long and both cover 335"])
  }

  @Test("a rule that longer rules cover whole is never used: a warning")
  func unreachable() {
    let found = issues([
      Machine.sort("33", ["1"], line: 2), Machine.sort("33", ["2"], size: "letter", line: 3),
      Machine.sort("33", ["3"], size: "flat", line: 4), Machine.reject(),
    ])
    #expect(found == ["2: this rule is never used: longer ones take every code that it covers"])
  }

  @Test("bins that do not take the class of their rule are told")
  func binsDoNotTake() {
    let found = issues([
      Machine.sort("3", ["F"], size: "letter", line: 2), Machine.sort("4", ["Q"], line: 3),
      Machine.sort("5", ["F", "L"], size: "letter", line: 4), Machine.reject(),
    ])
    #expect(
      found == [
        "2: none of the bins F takes pieces of size class \"letter\"",
        "3: none of the bins Q takes pieces of size class \"letter, flat\"",
      ])
  }

  @Test("a plan needs a sort rule and a place for every reject")
  func missing() {
    #expect(issues([Machine.reject()]) == ["0: the plan has no sort rule"])
    let noReject =
      "0: the plan has no reject rule for every reason (\"reject,*\"): pieces that cannot be read would have no place"
    #expect(issues([Machine.sort("3", ["1"], line: 2)]) == [noReject])
    #expect(issues([Machine.sort("3", ["1"], line: 2), Machine.reject(.noRead)]) == [noReject])
    #expect(issues([Machine.sort("3", ["1"], line: 2), Machine.reject(size: "letter")]) == [noReject])
    #expect(
      issues([]) == [
        "0: the plan has no reject rule for every reason (\"reject,*\"): pieces that cannot be read would have no place",
        "0: the plan has no sort rule",
      ])
  }

  @Test("a bin for rejects may not take sorted mail too")
  func sortedAndRejected() {
    let found = issues([
      Machine.sort("3", ["1"], alternates: ["R"], line: 2), Machine.reject(line: 3),
    ])
    #expect(found == ["3: bin \"R\" takes rejects here and sorted mail by the rule on line 2"])
  }

  @Test("what is said twice is told; a rule for one class beside one for all is not twice")
  func repeated() {
    let sort = Machine.sort("3", ["1"], line: 2)
    #expect(
      issues([sort, Machine.overflow(["5"], line: 3), Machine.overflow(["6"], line: 4), Machine.reject()])
        == ["4: the rule on line 3 already says this"])
    #expect(
      issues([sort, Machine.reject(line: 3), Machine.reject(line: 4), Machine.reject(.noRead, line: 5)])
        == ["4: the rule on line 3 already says this"])
    #expect(
      issues([
        sort, Machine.overflow(["5"], line: 3), Machine.overflow(["6"], size: "flat", line: 4),
        Machine.reject(line: 5), Machine.reject(size: "flat", line: 6),
      ]) == [])
  }

  @Test("every issue of a plan is told at once, in the order of the lines")
  func allAtOnce() {
    let found = issues([
      Machine.sort("3", ["no"], line: 7), Machine.sort("3", ["1"], size: "box", line: 2),
      Machine.sort("9", ["1"], line: 4), Machine.sort("9", ["2"], line: 5),
    ])
    #expect(found.map { $0.prefix { $0 != ":" } } == ["0", "2", "5", "7"])
  }
}

@Suite("What a compiled plan answers")
struct CompiledPlanTests {
  private typealias Machine = SampleMachine

  private func bins(_ plan: borrowing CompiledPlan, _ group: BinGroup) -> [UInt16] {
    (0..<group.count).map { plan.bin(group, $0).rawValue }
  }

  @Test("groups, alternates, overflow and reject rules hold what was written")
  func groups() throws {
    var compilation = CompiledPlan.compile(
      SortPlan(
        name: "p",
        rules: [
          Machine.sort("3", ["2", "1"], alternates: ["4", "3"], line: 2),
          Machine.overflow(["5"], line: 3), Machine.overflow(["6", "7"], size: "flat", line: 4),
          Machine.reject(.noRead, ["8"], line: 5), Machine.reject(line: 6),
        ]), for: Machine.profile())
    guard let plan = compilation.plan.take() else { throw CompilationFailed() }
    let (letter, flat) = (SizeClassID(0), SizeClassID(1))
    let rule = plan.rule(for: DestinationCode("31") ?? .none, sizeClass: letter)
    let found = [
      bins(plan, plan.bins(of: rule)), bins(plan, plan.alternates(of: rule)),
      bins(plan, plan.bins(of: plan.overflowRule(for: letter))),
      bins(plan, plan.bins(of: plan.overflowRule(for: flat))),
      bins(plan, plan.bins(of: plan.overflowRule(for: .none))),
      bins(plan, plan.bins(of: plan.rejectRule(for: .noRead, sizeClass: letter))),
      bins(plan, plan.bins(of: plan.rejectRule(for: .multiRead, sizeClass: .none))),
      bins(plan, plan.bins(of: .none)), bins(plan, plan.alternates(of: .none)),
    ]
    #expect(found == [[1, 0], [3, 2], [4], [5, 6], [], [7], [10], [], []])
    let line = plan.line(of: .none)
    #expect(line == 0)
    for reason in Reason.allCases where reason != .none {
      for sizeClass in [letter, flat, .none] {
        let line = plan.line(of: plan.rejectRule(for: reason, sizeClass: sizeClass))
        #expect(line == (reason == .noRead ? 5 : 6))
      }
    }
  }

  @Test("allowed are a rule's bins, its alternates and the overflow of the class, and nothing else")
  func allows() throws {
    var compilation = CompiledPlan.compile(
      SortPlan(
        name: "p",
        rules: [
          Machine.sort("3", ["1"], alternates: ["2"], line: 2),
          Machine.sort("33", ["3"], size: "flat", line: 3), Machine.overflow(["5"], size: "flat", line: 4),
          Machine.reject(line: 6),
        ]), for: Machine.profile())
    guard let plan = compilation.plan.take() else { throw CompilationFailed() }
    func allowed(_ text: String, _ sizeClass: UInt8) -> [UInt16] {
      let code = DestinationCode(text) ?? .none
      return (0..<12 as Range<UInt16>).filter {
        plan.allows(BinID($0), for: code, sizeClass: SizeClassID(sizeClass))
      }
    }
    #expect(allowed("31", 0) == [0, 1])
    #expect(allowed("33", 0) == [0, 1])
    #expect(allowed("31", 1) == [0, 1, 4])
    #expect(allowed("33", 1) == [2, 4])
    #expect(allowed("4", 1) == [] && allowed("31", 255) == [])
  }

  private struct CompilationFailed: Error {}
}
