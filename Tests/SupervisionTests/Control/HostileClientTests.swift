import Diagnostics
import Foundation
import Testing

@testable import Supervision

/// Clients who say what is wrong, who say too much, and who do not listen.
@Suite struct HostileClientTests {
  @Test(arguments: [
    ("{", ControlFailure.notJSON), ("", ControlFailure.notJSON), ("\u{1}\u{2}", ControlFailure.notJSON),
    ("[]", ControlFailure.invalidRequest), ("null", ControlFailure.invalidRequest),
    ("17", ControlFailure.invalidRequest),
    (#"{"jsonrpc":"2.0","method":"status"}"#, ControlFailure.invalidRequest),
    (#"{"jsonrpc":"2.0","method":"status","id":1.5}"#, ControlFailure.invalidRequest),
    (#"{"jsonrpc":"2.0","method":"status","id":{}}"#, ControlFailure.invalidRequest),
    (#"{"jsonrpc":"1.0","method":"status","id":1}"#, ControlFailure.invalidRequest),
    (#"{"jsonrpc":"2.0","method":5,"id":1}"#, ControlFailure.invalidRequest),
    (#"{"jsonrpc":"2.0","id":1,"id":2}"#, ControlFailure.notJSON),
    (#"{"jsonrpc":"2.0","method":"stauts","id":1}"#, ControlFailure.unknownMethod),
    (#"{"jsonrpc":"2.0","method":"status","id":1,"params":[]}"#, ControlFailure.invalidParams),
    (#"{"jsonrpc":"2.0","method":"status","id":1,"params":{"x":1}}"#, ControlFailure.invalidParams),
    (#"{"jsonrpc":"2.0","method":"stop","id":1,"params":{"processes":"web"}}"#, ControlFailure.invalidParams),
    (#"{"jsonrpc":"2.0","method":"stop","id":1,"params":{"processes":[1]}}"#, ControlFailure.invalidParams),
    (#"{"jsonrpc":"2.0","method":"signal","id":1,"params":{"process":"web"}}"#, ControlFailure.invalidParams),
    (
      #"{"jsonrpc":"2.0","method":"signal","id":1,"params":{"process":"web","signal":0}}"#, ControlFailure.invalidParams
    ),
    (
      #"{"jsonrpc":"2.0","method":"signal","id":1,"params":{"process":"web","signal":1e99}}"#,
      ControlFailure.invalidParams
    ),
    (
      #"{"jsonrpc":"2.0","method":"signal","id":1,"params":{"process":"web","signal":99999999999999999999999}}"#,
      ControlFailure.invalidParams
    ),
    (#"{"jsonrpc":"2.0","method":"exec","id":1,"params":{"arguments":[]}}"#, ControlFailure.invalidParams),
    (#"{"jsonrpc":"2.0","method":"exec","id":1,"params":{"arguments":["a\u0000b"]}}"#, ControlFailure.invalidParams),
    (
      #"{"jsonrpc":"2.0","method":"exec","id":1,"params":{"arguments":["a"],"environment":["="]}}"#,
      ControlFailure.invalidParams
    ),
    (
      #"{"jsonrpc":"2.0","method":"exec","id":1,"params":{"arguments":["a"],"descriptors":9}}"#,
      ControlFailure.invalidParams
    ),
    (
      #"{"jsonrpc":"2.0","method":"exec","id":1,"params":{"arguments":["a"],"terminal":{"rows":24}}}"#,
      ControlFailure.invalidParams
    ),
    (
      #"{"jsonrpc":"2.0","method":"exec","id":1,"params":{"arguments":["a"],"terminal":true}}"#,
      ControlFailure.invalidParams
    ),
    (
      #"{"jsonrpc":"2.0","method":"exec","id":1,"params":{"arguments":["a"],"terminal":{},"descriptors":2}}"#,
      ControlFailure.invalidParams
    ),
    (#"{"jsonrpc":"2.0","method":"subscribe","id":1,"params":{"after":"x"}}"#, ControlFailure.invalidParams),
    (#"{"jsonrpc":"2.0","method":"restart","id":1,"params":{"processes":["nobody"]}}"#, ControlFailure.unknownProcess),
  ])
  func `A request that is wrong is answered with its error, and the next one as ever`(text: String, code: Int) throws {
    try TestSupervisor.serve { folder in
      let client = try folder.raw()
      client.send(frame: text)
      #expect(try client.errorCode() == code, "\(text)")
      client.send(frame: #"{"jsonrpc":"2.0","method":"status","id":"x"}"#)
      let next = try client.next()
      #expect(next?["id"] == .string("x") && next?["result"]?["name"] == .string("hello"))
    }
  }

  @Test func `Deep nesting and huge numbers are an error and no crash`() throws {
    try TestSupervisor.serve { folder in
      let client = try folder.raw()
      for text in [
        String(repeating: "[", count: 500_000), String(repeating: #"{"a":"#, count: 100_000),
        #"{"jsonrpc":"2.0","id":"# + String(repeating: "9", count: 900_000) + "}",
        "\"" + String(repeating: "\\u0000", count: 100_000),
      ] {
        client.send(frame: text)
        #expect(try client.errorCode() != nil)
      }
      #expect(try folder.client().status().name == "hello")
    }
  }

  @Test func `A message that is too long is refused, and so is one that does not end`() throws {
    try TestSupervisor.serve { folder in
      let long = try folder.raw()
      long.send(RawClient.frame([UInt8](repeating: 32, count: 2 << 20)))
      #expect(try long.errorCode() == ControlFailure.invalidRequest)
      #expect(try long.next() == nil)
      let short = try folder.raw()
      let half = RawClient.frame(Array(#"{"jsonrpc":"2.0","method":"status","id":1}"#.utf8)).dropLast(5)
      short.send(Array(half))
      // Who waits in the middle of a message makes nobody else wait.
      #expect(try folder.client().status().name == "hello")
      short.endSending()
      #expect(try short.errorCode() == ControlFailure.invalidRequest)
      #expect(try short.next() == nil)
      // The largest that is allowed.
      let largest = try folder.raw()
      let text = #"{"jsonrpc":"2.0","method":"status","id":1}"#
      largest.send(frame: text + String(repeating: " ", count: (1 << 20) - text.utf8.count))
      #expect(try largest.next()?["result"] != nil)
    }
  }

  @Test func `Random bytes end a connection at worst`() throws {
    try TestSupervisor.serve { folder in
      var random = SystemRandomNumberGenerator()
      for round in 0..<300 {
        let client = try folder.raw()
        var bytes = (0..<Int.random(in: 0...400, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        if round.isMultiple(of: 2) { bytes = RawClient.frame(bytes) }
        client.send(bytes)
        client.endSending()
        while try client.next() != nil {}
      }
      #expect(try folder.client().status().name == "hello")
    }
  }

  @Test func `A client who asks and asks and never reads makes nobody wait`() throws {
    try TestSupervisor.serve { folder in
      let rude = try folder.raw()
      let flags = fcntl(rude.number, F_GETFL)
      #expect(fcntl(rude.number, F_SETFL, flags | O_NONBLOCK) == 0)
      let request = RawClient.frame(Array(#"{"jsonrpc":"2.0","method":"status","id":1}"#.utf8))
      for _ in 0..<100_000 {
        let count = request.withUnsafeBytes {
          Glibc.send(rude.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count < request.count { break }
      }
      for _ in 0..<10 { #expect(try folder.client().status().name == "hello") }
    }
  }

  @Test func `Of a thousand connections some are told that there are too many, and who comes later is served`() throws {
    try TestSupervisor.serve { folder in
      let listening = try folder.client()
      _ = try listening.subscribe()
      var all: [RawClient] = []
      for _ in 0..<1000 { all.append(try folder.raw()) }
      #expect(try folder.client().status().name == "hello")
      // Who waits for something was not let go for those who wait for nothing.
      let acting = try folder.client()
      _ = try acting.change(.stop(processes: ["web"])) { _ in }
      #expect(try ControlClient.event(try listening.receive())?.sequence == 1)
      // Nobody goes who waits for something, so that others are told instead.
      var waiting: [RawClient] = []
      var answers: [JSONValue?] = []
      for _ in 0..<70 {
        let client = try folder.raw()
        client.send(frame: #"{"jsonrpc":"2.0","method":"signal","id":1,"params":{"process":"web","signal":40}}"#)
        waiting.append(client)
        answers.append(try client.next())
      }
      #expect(answers.filter { $0?["method"] == .string("progress") }.count >= 60)
      #expect(answers.filter { $0?["error"]?["code"]?.integer == ControlFailure.tooMuch }.count >= 6)
      waiting = []
      all = []
      // It takes the server a moment to see that they have gone; who comes to stop it would be told that there are too many.
      #expect(hasRoom(within: 1000) { try folder.client().status().name == "hello" })
    }
  }

  private func hasRoom(within tries: Int, _ ask: () throws -> Bool) -> Bool {
    for _ in 0..<tries {
      do {
        return try ask()
      } catch {
        usleep(10000)
      }
    }
    return false
  }
}
