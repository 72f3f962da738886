package import Diagnostics

extension Manifest {
  /// A job that a process of the capsule does at certain times.
  package struct CronJob: Hashable, Sendable {
    package enum Overlap: String, Hashable, Sendable, CaseIterable {
      case skip, queue, replace
    }

    package var name: Located<String>?
    package var schedule: String?
    package var action: Located<String>?
    package var overlap: Overlap?
    package var timeout: Duration?
    package var jitter: Duration?
  }

  /// A process of the capsule that is asked before or after something happens.
  package struct Interceptor: Hashable, Sendable {
    package var event: String?
    package var action: Located<String>?
    package var priority: Int?
  }

  /// What a capsule brings for programs that talk to language models. Several units may stand in one manifest.
  package struct Extensions: Hashable, Sendable {
    package var components: [Component] = []
    package var mcpServers: [MCPServer] = []
    package var contextFiles: [StaticFile] = []
    package var commands: [StaticFile] = []
    package var skills: [StaticFile] = []
    package var uplinks: [Uplink] = []
    package var llmProviders: [LLMProvider] = []
    package var tools: [Tool] = []
    package var topics: [Topic] = []
  }

  package struct Component: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
      case executable, library
    }

    package var id: Located<String>?
    package var entrypoint: Located<String>?
    package var hash: String?
    package var kind: Kind?
    package var link: [String] = []
    package var capabilities: Capabilities?
  }

  package struct MCPServer: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
      case stdio
      case wasmIPC = "wasm-ipc"
      case openclaw
    }

    package var id: Located<String>?
    package var description: String?
    package var kind: Kind?
    package var command: Located<String>?
    package var arguments: [String] = []
    package var environment: [String: Variable] = [:]
  }

  /// A file of the capsule that is handed out as it is.
  package struct StaticFile: Hashable, Sendable {
    package var name: Located<String>?
    package var description: String?
    package var file: Located<String>?
  }

  package struct Uplink: Hashable, Sendable {
    package var name: Located<String>?
    package var platform: String?
    package var profile: String?
  }

  package struct LLMProvider: Hashable, Sendable {
    package var id: Located<String>?
    package var description: String?
    package var capabilities: [String] = []
  }

  package struct Tool: Hashable, Sendable {
    package var name: Located<String>?
    package var description: String?
    package var inputSchema: JSONValue?
  }

  package struct Topic: Hashable, Sendable {
    package enum Direction: String, Hashable, Sendable, CaseIterable {
      case publish, subscribe, both
    }

    package var name: Located<String>?
    package var direction: Direction?
    package var description: String?
    package var schema: JSONValue?
    package var witType: String?
  }
}
