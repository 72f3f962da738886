import Diagnostics

@testable import ManifestFormat

/// A value of each shape, so that tests can write every key of a manifest without knowing it. A new form of text needs a
/// sample here, or the tests that walk the table fail.
enum ShapeSamples {
  static let texts: [String: String] = [
    "text": "some text", "text that is not empty": "some text", "a name": "sample", "the name of a process": "sample",
    "a version as in SemVer": "1.2.3-rc.1+b", "an address of the web": "https://example.org/x",
    "an SPDX licence expression": "MIT OR Apache-2.0", "a short word": "word", "a path in the capsule": "a/b.txt",
    "a signal such as SIGTERM": "SIGINT", "an event of the capsule's life": "before_start",
    "a SHA-256 in hexadecimal": String(repeating: "0f", count: 32), "a Linux capability such as NET_ADMIN": "NET_RAW",
    "a Python version such as 3.11": "3.11", "processors by number such as 0-3,6": "0-3,6",
    "the path of a JSON file in the capsule": "a/p.json", "an absolute path": "/a/b",
    "an absolute path of the host; with ? behind it, it may be missing": "/a/b?",
    "a name such as topic:llm.stream.*": "topic:a.*", "a topic such as llm.stream.*": "a.*",
    "a name such as llm.stream": "a.b", "a duration such as 500ms, 10s or 1h30m": "1h30m",
    "an amount such as 512M or 16GiB, a share such as 25%, or max": "512M",
    "a share of one processor such as 80% or 250%": "80.5%",
    "a requirement on a version, such as \">=1.2, <2\" or ^1.4": "^0.1",
    "five fields as in crontab(5), or a name such as @daily": "*/5 0 * * mon-fri",
    "hosts such as api.example.org:443, *.example.org or 10.0.0.0/8:5432": "api.example.org:443",
    "a port of the host and one inside, such as 127.0.0.1:8080->3000": "127.0.0.1:8080->3000",
    "a device node such as /dev/kvm; with ? behind it, it may be missing": "/dev/kvm?",
    "the path of a socket; with ? behind it, it may be missing": "/run/x.sock",
    "a folder of the sandbox": "sub", "an address such as tcp:8080 or unix:/run/x": "tcp:8080",
  ]

  static let keys: [String: String] = [
    Names.pattern: "sample", "^[A-Za-z_][A-Za-z0-9_]*$": "SAMPLE", "^[^/]": "a/b.txt", "^/dev/.": "/dev/sda",
    ".*": "any",
    "^[a-z][a-z0-9-]*\\.[a-z][a-z0-9-]*$": "space.name",
    "^(\(LimitNames.all.joined(separator: "|")))$": "nofile", "^(\(Events.all.joined(separator: "|")))$": "on_exit",
  ]

  /// One value for each way of writing a shape; nil for a text without a sample.
  static func values(of shape: Shape) -> [JSONValue?] {
    switch shape {
    case .text(let form, _): [texts[form].map { .string($0) }]
    case .integer(let range): [.integer(Int64(range.lowerBound < 0 ? 1 : range.lowerBound))]
    case .number: [.number(1.5)]
    case .bool: [.bool(true)]
    case .words(let words): words.map { .string($0) }
    case .list(let element): values(of: element).map { $0.map { .array([$0]) } }
    case .map(let pattern, let element):
      values(of: element).map { value in
        guard let key = keys[pattern], let value else { return nil }
        return .object([.init(key, value)])
      }
    case .either(let shapes): shapes.flatMap(values)
    case .anything: [.array([.integer(1), .string("x")])]
    case .table(let fields): tables(fields)
    }
  }

  /// For each value of each key, a table with that key and those that must be there.
  private static func tables(_ fields: [FieldShape]) -> [JSONValue?] {
    fields.flatMap { field in
      values(of: field.shape).map { value in
        value.map { .object(required(fields, but: field.key) + [.init(field.key, $0)]) }
      }
    }
  }

  private static func required(_ fields: [FieldShape], but key: String) -> [JSONValue.Member] {
    fields.filter { $0.isRequired && $0.key != key }.compactMap { field in
      values(of: field.shape).first.flatMap { $0 }.map { JSONValue.Member(field.key, $0) }
    }
  }
}
