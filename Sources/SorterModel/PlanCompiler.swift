import FlatStorage
import Quantities

extension CompiledPlan {
  /// A plan made ready for a machine, or nil with the issues that forbid it.
  ///
  /// All issues are found at once; warnings are among them even when the plan compiles.
  /// Cost: about one write for each rule, interval and size class that the rule covers.
  public static func compile(_ plan: SortPlan, for machine: HardwareProfile) -> PlanCompilation {
    var compiler = PlanCompiler(plan: plan, machine: machine)
    compiler.resolveNames()
    compiler.checkEntries()
    compiler.paint()
    compiler.findUnreachable()
    let issues = compiler.issues.sorted { ($0.line, $0.description) < ($1.line, $1.description) }
    guard !issues.contains(where: \.isError) else { return PlanCompilation(plan: nil, issues: issues) }
    return PlanCompilation(plan: compiler.compiled(), issues: issues)
  }
}

/// What became of compiling a plan.
public struct PlanCompilation: Sendable {
  /// The plan, where nothing forbids it.
  public var plan: CompiledPlan?
  /// What is wrong with it, errors and warnings, in order of line.
  public let issues: [PlanIssue]
}

/// The state of compiling one plan.
struct PlanCompiler {
  let plan: SortPlan
  let machine: HardwareProfile
  let classCount: Int
  var issues: [PlanIssue] = []
  var rules: [CompiledRule] = []
  var binList: [BinID] = []
  var starts: [UInt64] = [0]
  var winners: [UInt32] = []
  /// For each rule, whether an equally long one covers some of its codes.
  var overlapped: [Bool]
  var overflow: [UInt32]
  var rejects: [UInt32]
  private var binNumbers: [String: BinID] = [:]

  init(plan: SortPlan, machine: HardwareProfile) {
    self.plan = plan
    self.machine = machine
    classCount = machine.sizeClasses.count
    overlapped = Array(repeating: false, count: plan.rules.count)
    overflow = Array(repeating: 0, count: classCount)
    rejects = Array(repeating: 0, count: Reason.allCases.count * (classCount + 1))
    for index in machine.bins.indices where binNumbers[machine.bins[index].name] == nil {
      binNumbers[machine.bins[index].name] = BinID(UInt16(index))
    }
  }

  mutating func report(_ line: Int, _ kind: PlanIssue.Kind) {
    issues.append(PlanIssue(line: line, kind: kind))
  }

  /// Turns names of bins and size classes into numbers, and finds which classes each rule serves.
  mutating func resolveNames() {
    for rule in plan.rules {
      let first = UInt32(binList.count)
      let bins = resolve(rule.bins, line: rule.line)
      let alternates = resolve(rule.alternates, line: rule.line)
      binList += bins
      binList += alternates
      var asked = UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(classCount)) - 1)
      if let name = rule.sizeClass {
        if let index = machine.sizeClasses.firstIndex(where: { $0.name == name }) {
          asked = 1 << UInt32(index)
        } else {
          report(rule.line, .unknownSizeClass(name))
          asked = 0
        }
      }
      var served: UInt32 = 0
      for sizeClass in 0..<classCount where asked & (1 << UInt32(sizeClass)) != 0 {
        let id = SizeClassID(UInt8(sizeClass))
        if (bins + alternates).contains(where: { machine.bins[$0.index].takes.contains(id) }) {
          served |= 1 << UInt32(sizeClass)
        }
      }
      if asked != 0 && served == 0 && !bins.isEmpty, case .sort = rule.kind {
        let name = rule.sizeClass ?? machine.sizeClasses.map(\.name).joined(separator: ", ")
        report(rule.line, .binsDoNotTake(sizeClass: name, bins: rule.bins))
      }
      var length: UInt8 = 0
      var mayCoverShortCodes = false
      if case .sort(let pattern) = rule.kind {
        length = UInt8(pattern.length)
        mayCoverShortCodes = pattern.mayCoverShortCodes
      }
      rules.append(
        CompiledRule(
          line: UInt32(rule.line), patternLength: length, mayCoverShortCodes: mayCoverShortCodes,
          bin: bins.first ?? .none, classMask: rule.kind.isReject ? asked : served,
          firstBin: first, binCount: UInt32(bins.count), alternateCount: UInt32(alternates.count)))
    }
  }

  private mutating func resolve(_ names: [String], line: Int) -> [BinID] {
    var found: [BinID] = []
    for name in names {
      if let bin = binNumbers[name] { found.append(bin) } else { report(line, .unknownBin(name)) }
    }
    return found
  }

  /// Fills in the overflow and reject tables and checks that rejects have a place of their own.
  mutating func checkEntries() {
    var sortLine: [Int] = Array(repeating: 0, count: machine.bins.count)
    var sortRules = 0
    for index in plan.rules.indices {
      switch plan.rules[index].kind {
      case .sort:
        sortRules += 1
        for bin in allBins(of: rules[index]) where sortLine[bin.index] == 0 {
          sortLine[bin.index] = plan.rules[index].line
        }
      case .overflow: enterOverflow(index)
      case .reject(let reason): enterReject(index, reason)
      }
    }
    for index in plan.rules.indices where plan.rules[index].kind.isReject {
      for bin in allBins(of: rules[index]) where sortLine[bin.index] != 0 {
        report(
          plan.rules[index].line,
          .binSortedAndRejected(machine.bins[bin.index].name, otherLine: sortLine[bin.index]))
      }
    }
    if sortRules == 0 { report(0, .noSortRule) }
    fillRejectDefaults()
  }

  private func allBins(of rule: CompiledRule) -> ArraySlice<BinID> {
    binList[Int(rule.firstBin)..<Int(rule.firstBin + rule.binCount + rule.alternateCount)]
  }

  private mutating func enterOverflow(_ index: Int) {
    let specific = plan.rules[index].sizeClass != nil
    for sizeClass in 0..<classCount where rules[index].classMask & (1 << UInt32(sizeClass)) != 0 {
      let other = overflow[sizeClass]
      if other != 0 && (plan.rules[Int(other) - 1].sizeClass != nil) == specific {
        report(plan.rules[index].line, .repeatedEntry(otherLine: plan.rules[Int(other) - 1].line))
        return
      }
      if other == 0 || specific { overflow[sizeClass] = UInt32(index + 1) }
    }
  }

  private mutating func enterReject(_ index: Int, _ reason: Reason?) {
    let specific = plan.rules[index].sizeClass != nil
    let row = Int((reason ?? .none).rawValue) * (classCount + 1)
    for sizeClass in 0...classCount {
      // The last column is for pieces that fit no class: only rules for every class hold there.
      if sizeClass == classCount ? specific : rules[index].classMask & (1 << UInt32(sizeClass)) == 0 {
        continue
      }
      let other = rejects[row + sizeClass]
      if other != 0 && (plan.rules[Int(other) - 1].sizeClass != nil) == specific {
        report(plan.rules[index].line, .repeatedEntry(otherLine: plan.rules[Int(other) - 1].line))
        return
      }
      if other == 0 || specific { rejects[row + sizeClass] = UInt32(index + 1) }
    }
  }

  /// Reasons without a rule of their own take the rule for every reason, which must be there.
  private mutating func fillRejectDefaults() {
    if rejects[classCount] == 0 { report(0, .noReject) }
    for reason in Reason.allCases where reason != .none {
      for sizeClass in 0...classCount {
        let place = Int(reason.rawValue) * (classCount + 1) + sizeClass
        if rejects[place] == 0 { rejects[place] = rejects[sizeClass] }
      }
    }
  }

  /// The finished plan; only to be asked for when there is no error.
  func compiled() -> CompiledPlan {
    var leads: [CompiledPlan.Lead] = []
    leads.reserveCapacity(CompiledPlan.leadCount)
    var interval = 0
    for lead in 0..<CompiledPlan.leadCount {
      let begin = UInt64(lead) * CompiledPlan.leadWeight
      while interval + 1 < starts.count && starts[interval + 1] <= begin { interval += 1 }
      var last = interval
      while last + 1 < starts.count && starts[last + 1] < begin + CompiledPlan.leadWeight { last += 1 }
      leads.append(CompiledPlan.Lead(first: UInt32(interval), last: UInt32(last)))
    }
    return CompiledPlan(
      source: plan, rules: rules, binList: binList, starts: starts, winners: winners, leads: leads,
      overflow: overflow, rejects: rejects, classCount: classCount)
  }
}

extension SortPlan.Kind {
  /// Whether the rule is for pieces that cannot be sorted.
  var isReject: Bool {
    if case .reject = self { true } else { false }
  }
}
