/// Written with the way as a key: `{"tcp": 3000}`.
extension ReadinessProbe.Way: Codable {
  private enum Key: String, CodingKey {
    case exec, tcp, log
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    switch container.allKeys.first {
    case .exec: self = .exec(try container.decode([String].self, forKey: .exec))
    case .tcp: self = .tcp(try container.decode(UInt16.self, forKey: .tcp))
    case .log: self = .log(try container.decode(String.self, forKey: .log))
    case nil:
      throw DecodingError.dataCorrupted(.init(codingPath: container.codingPath, debugDescription: "no way of looking"))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .exec(let command): try container.encode(command, forKey: .exec)
    case .tcp(let port): try container.encode(port, forKey: .tcp)
    case .log(let text): try container.encode(text, forKey: .log)
    }
  }
}
