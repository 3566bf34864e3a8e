/// What an operator reads about an alarm.
public struct AlarmWords: Hashable, Sendable {
  /// What it is called on a screen: a few words.
  public let title: String
  /// What has happened, and what the machine does meanwhile.
  public let meaning: String
  /// What usually causes it, the likeliest first.
  public let causes: String
  /// What to do.
  public let action: String

  init(_ title: String, meaning: String, causes: String, action: String) {
    self.title = title
    self.meaning = meaning
    self.causes = causes
    self.action = action
  }
}

extension AlarmKind {
  /// What an operator reads about alarms of this kind.
  public var words: AlarmWords {
    switch self {
    case .emergencyStop, .jam, .binFullTooLong, .endBinFull, .binDisabled, .diverterFault: machineWords
    case .readRateLow, .rejectRateHigh, .pieceLost, .unexpectedPieces, .sensorStuck, .sensorChattering:
      mailWords
    case .linkDown, .heartbeatLost, .watchdogDisabled, .epochChanged, .ownershipLost, .readbackMismatch,
      .pointQuarantined, .commandsUnanswered:
      linkWords
    case .marginLow, .cycleOverruns, .noRealTimePermission, .ringNearlyFull, .journalSlow, .journalFailed,
      .scannerFeedLost:
      controllerWords
    }
  }

  /// What went wrong with belt, bins and diverters.
  private var machineWords: AlarmWords {
    switch self {
    case .emergencyStop:
      AlarmWords(
        "Emergency stop",
        meaning:
          "An emergency stop was pressed, or a guard was opened. The machine is aborted; no gate moves.",
        causes: "A person in danger; an open guard; a broken safety circuit.",
        action:
          "Look for people first. Remove the cause, release the button, then clear the machine and reset the "
          + "alarm. sortline never does this by itself.")
    case .jam:
      AlarmWords(
        "Jam", meaning: "The belt is jammed and stands; nothing is fed.",
        causes: "A damaged or open piece; two pieces at once; a worn belt or gate.",
        action: "Open the machine at the jam, take the pieces off by hand, close it and restart the belt. "
          + "Feed the pieces again.")
    case .binFullTooLong:
      AlarmWords(
        "Bin full too long",
        meaning: "The bin has been full for longer than a sweep should take. Its pieces go to alternates, "
          + "overflow, another lap or reject.",
        causes: "Too few sweepers; a full signal that sticks; mail that the plan did not expect.",
        action: "Empty the bin. If it is empty, clean or replace its full sensor.")
    case .endBinFull:
      AlarmWords(
        "End bin full",
        meaning: "The bin for what no diverter took is full. Nothing is fed until it is emptied.",
        causes: "Many rejects, or a bin that nobody empties.",
        action: "Empty the end bin at once, then look at why so much ends there.")
    case .binDisabled:
      AlarmWords(
        "Bin out of service",
        meaning:
          "The bin was taken out of service. Its pieces go to alternates, overflow, another lap or reject.",
        causes: "Somebody switched it off; its tray is missing; the machine reported a fault.",
        action: "Put the bin right and switch it on again, or leave it off and give its rule alternates.")
    default:
      AlarmWords(
        "Diverter fault",
        meaning:
          "The diverter failed several times in a row, so its bin was taken out of service. No piece is "
          + "sorted by guess.",
        causes: "A gate or shoe that does not move; no air or current; a dirty confirm eye.",
        action:
          "Stop the feeder, exercise the diverter and watch its confirm eye, repair it, then switch the bin "
          + "on again.")
    }
  }

  /// What went wrong with reading, pieces and the eyes that see them.
  private var mailWords: AlarmWords {
    switch self {
    case .readRateLow:
      AlarmWords(
        "Read rate low",
        meaning:
          "Of the last thousand pieces, more than usual have no good reading. They are rejected or go round.",
        causes: "A dirty window; lamps that fail; mail with poor print; a slow or absent address look-up.",
        action:
          "Clean the scanner's window and look at a rejected piece: a good label means the scanner, a bad "
          + "one the mail. Many noData mean the look-up.")
    case .rejectRateHigh:
      AlarmWords(
        "Reject rate high",
        meaning: "Of the last thousand pieces, more than usual were rejected for other reasons than reading.",
        causes:
          "Full or disabled bins without alternates; a plan that lacks destinations; slipping belts; a weak "
          + "diverter.",
        action: "See which reason leads (`sortline explain RUN --outcome rejected`) and put that right.")
    case .pieceLost:
      AlarmWords(
        "Piece lost", meaning: "A piece was not seen where it should have been. It is written off as lost.",
        causes: "It fell off, was taken off by hand, or slid under another piece; a blind eye.",
        action: "Look under and beside the machine behind the last place where it was seen. Feed it again.")
    case .unexpectedPieces:
      AlarmWords(
        "Unexpected pieces",
        meaning: "Pieces are seen where none should be. They are rejected, never sorted by guess.",
        causes:
          "Pieces laid on the belt by hand; pieces left from before the start; a diverter that fired late.",
        action: "Stop the feeder and let the belt run empty. If it comes again, check eyes and diverters.")
    case .sensorStuck:
      AlarmWords(
        "Sensor stuck",
        meaning: "A photo-eye or full signal has not changed though pieces passed or were swept.",
        causes: "A piece in front of the eye; dirt; a broken cable.",
        action: "Clear and clean the eye, then check its cable and its input at the machine.")
    default:
      AlarmWords(
        "Sensor chattering", meaning: "A photo-eye or full signal changes faster than pieces can pass.",
        causes: "A loose mount or plug; a reflector out of line; a piece that flutters in front of the eye.",
        action: "Fasten and align the eye. Its signal is not trusted until it is steady.")
    }
  }

  /// What went wrong between sortline and the machine.
  private var linkWords: AlarmWords {
    switch self {
    case .linkDown:
      AlarmWords(
        "Link down",
        meaning:
          "The machine does not answer. Nothing is fed; what is on the machine goes on to reject or another "
          + "lap. sortline goes on trying.",
        causes:
          "The machine is off; a cable or switch; a wrong address; another program holds the connection.",
        action: "Check that the machine is on and its network plug sits; then `sortline probe`.")
    case .heartbeatLost:
      AlarmWords(
        "Heartbeat lost",
        meaning:
          "The machine answers, but its heartbeat stands still: its program does not run. Outputs are safe.",
        causes: "The PLC is in stop or program mode, or its cycle has crashed.",
        action: "Look at the PLC's run switch and its diagnostics, then start its program.")
    case .watchdogDisabled:
      AlarmWords(
        "Watchdog switched off",
        meaning: "The machine would not notice if sortline died. sortline refuses to arm.",
        causes: "It was switched off for a test; a PLC program without it was loaded.",
        action: "Switch the watchdog on in the PLC, then arm again. Never run without it.")
    case .epochChanged:
      AlarmWords(
        "Machine restarted",
        meaning:
          "The machine was started anew and has forgotten its pieces. sortline shakes hands again; pieces "
          + "on the belt count as unknown.",
        causes: "A power failure; a restart or download by somebody.",
        action: "Let the belt run empty into reject, and ask who restarted it.")
    case .ownershipLost:
      AlarmWords(
        "Another controller writes",
        meaning: "Another program has written to the machine as its controller. sortline writes no more.",
        causes: "A second sortline; a supervisor or test tool that writes to the same registers.",
        action: "Stop the other program. Reset once the machine has no other owner, or start sortline anew.")
    case .readbackMismatch:
      AlarmWords(
        "Readback differs",
        meaning: "The machine holds another value than was written for this bin. The bin is out of service.",
        causes: "A second writer; a wrong register map; a faulty output module.",
        action: "Compare the register map with the PLC, and exercise the bin's diverter before it goes back.")
    case .pointQuarantined:
      AlarmWords(
        "Point not readable",
        meaning:
          "The device refuses a point of the register map. It is left out; the points around it are read.",
        causes: "A wrong address in the map; an older PLC program.",
        action: "Correct the register map (`sortline map`) or load the right PLC program.")
    default:
      AlarmWords(
        "Commands unanswered",
        meaning: "Commands are answered too late or not at all. Pieces without an answer go on to reject or "
          + "another lap; none is carried out twice.",
        causes: "A loaded network; a PLC with a long cycle; a device that drops requests.",
        action: "Measure with `sortline probe`; compare round trips with the profile's times.")
    }
  }

  /// What went wrong with sortline itself and its scanner feed.
  private var controllerWords: AlarmWords {
    switch self {
    case .marginLow:
      AlarmWords(
        "Margin low",
        meaning: "Assignments are acknowledged closer to the decision point than the profile's limit allows.",
        causes: "Slower readings or answers than planned; a belt that runs faster; a busy computer.",
        action: "See which time has grown (scanner, link, cycle). Run slower until it is put right.")
    case .cycleOverruns:
      AlarmWords(
        "Control cycle overruns", meaning: "Control cycles took longer than their period and were counted.",
        causes:
          "Other programs on the computer; no real-time priority; a virtual machine without its own cores.",
        action: "Stop other programs, give sortline its own cores, and grant real-time priority.")
    case .noRealTimePermission:
      AlarmWords(
        "No real-time priority",
        meaning:
          "The system refuses real-time priority or locked memory. sortline runs on with less certain times.",
        causes: "Limits for the user are not set.",
        action: "Allow SCHED_FIFO and locked memory (rtprio and memlock in limits.conf), then start again.")
    case .ringNearlyFull:
      AlarmWords(
        "Ring nearly full",
        meaning: "Records wait between two threads and little room is left. A full ring is back-pressure: "
          + "counted, never overwritten.",
        causes: "A slow disk; a starved thread; far more mail than the rings were sized for.",
        action: "Look at the disk and the computer's load; size the rings by `sortline check`.")
    case .journalSlow:
      AlarmWords(
        "Journal slow",
        meaning: "The journal is written slower than it is filled. Control is not affected yet.",
        causes: "A slow or busy disk; a network file system.",
        action: "Move the run directory to a fast local disk.")
    case .journalFailed:
      AlarmWords(
        "Journal failed",
        meaning: "The journal cannot be written. Nothing more is fed; pieces on the machine go to reject.",
        causes: "A full disk; a disk error; the file was deleted or its permissions changed.",
        action:
          "Make room or repair the disk, start a new run, and reset the alarm. What was acknowledged before "
          + "is safe.")
    default:
      AlarmWords(
        "Scanner feed lost", meaning: "No readings come. Pieces are rejected or go round as not read.",
        causes: "The scanner or its computer is off; its network connection is cut.",
        action: "Start the scanner and check its connection; readings go on by themselves.")
    }
  }
}
