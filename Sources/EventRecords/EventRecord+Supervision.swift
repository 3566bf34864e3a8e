import Quantities

/// What records about alarms and the machine's state carry.
extension EventRecord {
  /// The number of the alarm (`alarm...`).
  @inlinable public var alarmNumber: UInt8 {
    get { UInt8(truncatingIfNeeded: count) }
    set { count = UInt32(newValue) }
  }

  /// The device that the alarm is about, from 0; nil where it is about none (`alarm...`).
  @inlinable public var alarmDevice: Int? {
    get { span == 0 ? nil : Int(span) - 1 }
    set { span = newValue.map { UInt32(truncatingIfNeeded: $0 + 1) } ?? 0 }
  }

  /// Whether the alarm came in a flood and only the journal heard of it (`alarmRaised`).
  @inlinable public var isWithheld: Bool {
    get { lap != 0 }
    set { lap = newValue ? 1 : 0 }
  }

  /// For how long the alarm stood (`alarmCleared`).
  @inlinable public var stoodFor: Nanoseconds {
    get { Nanoseconds(Int64(truncatingIfNeeded: a)) }
    set { a = UInt64(truncatingIfNeeded: newValue.rawValue) }
  }

  /// Until when the alarm is put aside; `.start` where no end was said (`alarmShelved`).
  @inlinable public var shelvedUntil: Instant {
    get { Instant(Int64(truncatingIfNeeded: a)) }
    set { a = UInt64(truncatingIfNeeded: newValue.rawValue) }
  }

  /// The PackML number of the machine's state (`machineState`).
  @inlinable public var stateNumber: UInt8 {
    get { UInt8(truncatingIfNeeded: count) }
    set { count = UInt32(newValue) }
  }

  /// The PackML number of the machine's mode; 0 where it is not known (`machineState`).
  @inlinable public var modeNumber: UInt8 {
    get { lap }
    set { lap = newValue }
  }

  /// The number of what the machine waits for; 0 for nothing (`machineState`).
  @inlinable public var causeNumber: UInt8 {
    get { UInt8(truncatingIfNeeded: span) }
    set { span = UInt32(newValue) }
  }

  /// The table's digit, 0 coils to 4 holding registers; nil where the machine refused (`writeRefused`).
  ///
  /// A machine counts what it refuses and does not say where.
  @inlinable public var refusedTable: UInt8? {
    get { lap == 0 ? nil : lap - 1 }
    set { lap = newValue.map { $0 + 1 } ?? 0 }
  }

  /// The first wire address that would have been written; `span` holds how many (`writeRefused`).
  @inlinable public var refusedAddress: UInt32 {
    get { count }
    set { count = newValue }
  }
}
