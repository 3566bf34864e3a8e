import Testing
@testable import Dispatching
