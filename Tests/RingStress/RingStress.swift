import Foundation

/// Puts a ring to the stress in a process of its own, so that it may fail in any way: wrong values, a race, a hang.
///
///     RingStress --list             the rings there are, and how each is to be found out
///     RingStress RING [RECORDS [SECONDS]]
///                                   stresses one; RECORDS a way and capacity, 20,000 unless told; a thread
///                                   that waits for SECONDS is stuck
///
/// Ends with 0 when all went well and with 1 when a record was wrong or a thread was stuck; built with
/// ThreadSanitizer, which it says, that one's own code ends it when a race is found.
@main
struct RingStress {
  /// How a ring is to be found out.
  private enum Found: String {
    /// It must pass.
    case never
    /// The records show it.
    case byValue
    /// Only ThreadSanitizer shows it: the processors at hand keep the order by themselves.
    case byOrder
  }

  private static let rings: [(kind: any RingUnderTest.Type, found: Found)] = [
    (ProductRing.self, .never),
    (SteppedRing<Flawless>.self, .never),
    (SteppedRing<TailStoredRelaxed>.self, .byOrder),
    (SteppedRing<TailLoadedRelaxed>.self, .byOrder),
    (SteppedRing<LaterTailsLoadedRelaxed>.self, .byOrder),
    (SteppedRing<HeadStoredRelaxed>.self, .byOrder),
    (SteppedRing<HeadLoadedRelaxed>.self, .byOrder),
    (SteppedRing<ShownBeforeWritten>.self, .byOrder),
    (SteppedRing<GivenBackBeforeRead>.self, .byOrder),
    (SteppedRing<BatchGivenBackBeforeRead>.self, .byOrder),
    (SteppedRing<CapacityOneTooMany>.self, .byValue),
    (SteppedRing<MaskOneTooMany>.self, .byValue),
    (SteppedRing<MaskLost>.self, .byValue),
    (SteppedRing<ShownOneTooMany>.self, .byValue),
    (SteppedRing<GivenBackOneTooMany>.self, .byValue),
    (SteppedRing<HeadNeverRefreshed>.self, .byValue),
    (SteppedRing<TailNeverRefreshed>.self, .byValue),
    (SteppedRing<BatchShownAsOne>.self, .byValue),
    (SteppedRing<LastBatchForgotten>.self, .byValue),
    (SteppedRing<ClosedBeforeShown>.self, .byOrder),
  ]

  /// `ProductRing`, `Flawless`, `TailStoredRelaxed`, ...
  private static func name(of kind: any RingUnderTest.Type) -> String {
    let full = String(describing: kind)
    guard let opening = full.firstIndex(of: "<") else { return full }
    return String(full[full.index(after: opening)...].dropLast())
  }

  private static var isSanitized: Bool { unsafe dlsym(nil, "__tsan_init") != nil }

  private static func stress<Ring: RingUnderTest>(_ kind: Ring.Type, records: Int, patience: Duration) {
    for capacity in [2, 4, 1024] {
      for way in Way.allCases {
        Stress<Ring>(
          capacity: capacity, way: way, records: capacity > 100 ? records * 4 : records, patience: patience
        ).run()
      }
    }
  }

  static func main() {
    let words = CommandLine.arguments
    if words.dropFirst() == ["--list"] {
      for (kind, found) in rings { print(name(of: kind), found) }
      return
    }
    guard words.count >= 2, let (kind, found) = rings.first(where: { name(of: $0.kind) == words[1] }),
      let records = words.count < 3 ? 20_000 : Int(words[2]), records > 0,
      // A sound ring may have to wait for a busy machine; a flawed one that is stuck is found out soon enough.
      let seconds = words.count < 4 ? (found == .never ? 60 : 2) : Int(words[3])
    else {
      print("RingStress --list, or RingStress RING [RECORDS [SECONDS]]")
      exit(64)
    }
    print(isSanitized ? "built with ThreadSanitizer" : "built without a sanitizer")
    stress(kind, records: records, patience: .seconds(seconds))
    print("nothing found")
  }
}
